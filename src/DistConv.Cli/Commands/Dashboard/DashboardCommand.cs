using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Client;
using DistConv.Client.Sources;
using DistConv.Core.Kernels;

namespace DistConv.Cli.Commands.Dashboard;

/// <summary><c>distconv dashboard</c>: serves the web page over a store or a cluster until it is interrupted.</summary>
internal static class DashboardCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "dashboard",
            "Serve a web page that shows the jobs of a store or a cluster, and starts, pauses and compares them, until interrupted. Jobs of a store that are "
            + "started from the page train in this process.",
            "distconv dashboard",
            "distconv dashboard --store DIR --port 8091",
            "distconv dashboard --cluster redis://HOST:6379 --token-file FILE");
        DashboardCommandOptions options = new();
        options.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(options.Read(parsed, context), context));
        return command;
    }

    private static async Task<int> RunAsync((DashboardChoice Choice, RunRequest Run) request, CliContext context)
    {
        try
        {
            await using SourceClient client = new SourceClient(await OpenAsync(request.Run, context), request.Run.Data, context.Time);
            await using IAsyncDisposable server = await DashboardHosting.StartAsync(request.Choice, client, context, context.Output.Result);
            context.Output.Say($"it shows {client.Source.Name}; Ctrl-C ends it");
            await Task.Delay(Timeout.Infinite, context.Stop);
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            // This is how it ends.
        }

        return ExitCodes.Done;
    }

    private static async Task<IJobSource> OpenAsync(RunRequest run, CliContext context)
    {
        if (run.Cluster is { } cluster) return (await cluster.OpenAsync(context)).Jobs;
        KernelSet kernel = KernelSets.Select();
        return new StoreSource(run.Store.Directory, run.Data, context.Time, stop => Trainers.StartAsync(run, kernel, context, stop));
    }
}
