using System.CommandLine;
using System.Net;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Client;
using DistConv.Client.Clusters;
using DistConv.Silo.Cluster;

namespace DistConv.Cli.Commands.Serve;

/// <summary><c>distconv serve</c>: makes this process a silo of a cluster until it is asked to terminate.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "serve",
            "Be a silo of a cluster, until interrupted or asked to terminate; then its jobs go on elsewhere. Each option can also be given by its environment "
            + $"variable or in the section \"DistConv\" of {ServeSettings.FileName}, in the working directory or beside the executable, as for example "
            + "\"ClusterId\".",
            "distconv serve --cluster redis://10.0.0.1:6379 --store /mnt/distconv-jobs --tls /etc/distconv/silo",
            "distconv serve --host-membership 10.0.0.1:6379 --store /mnt/distconv-jobs --insecure",
            "distconv serve --cluster redis://localhost --listen 127.0.0.1:0 --gateway-port 0 --health none --threads 1");
        ServeOptionSet options = new();
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            (ClusterSiloOptions silo, DashboardChoice? dashboard) = options.Read(parsed, context);
            return RunAsync(silo, dashboard, context);
        });
        return command;
    }

    private static async Task<int> RunAsync(ClusterSiloOptions options, DashboardChoice? dashboard, CliContext context)
    {
        try
        {
            await using ClusterSilo silo = await ClusterSilo.StartAsync(options, context.Stop);
            if (silo.MembershipEndPoint is { } list) context.Output.Say(Hosting(list, silo, options));
            context.Output.Say(Ready(silo, options));
            DataOptions data = new() { Directory = options.DataDirectory, MemoryBytes = options.DataMemoryBytes, Warn = context.Output.Warn };
            await using IAsyncDisposable? page = dashboard is null
                ? null : await DashboardHosting.StartAsync(dashboard, silo.CreateClient(data), context, context.Output.Say);
            Task stop = Task.Delay(Timeout.Infinite, context.Stop);
            bool isForgotten = await Task.WhenAny(stop, silo.WhenForgotten) != stop;
            if (isForgotten) context.Output.Error($"{silo.Cluster} does not know this silo any more: it ends and has to be started again");
            else context.Output.Say($"silo {silo.Address} drains and stops");
            await silo.StopAsync();
            return isForgotten ? ExitCodes.Failed : ExitCodes.Done;
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            return ExitCodes.Done; // Before it was ready.
        }
        catch (ClusterUnavailableException e)
        {
            context.Output.Error(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static string Hosting(IPEndPoint list, ClusterSilo silo, ClusterSiloOptions options)
    {
        ClusterAddress address = EndPointText.IsAll(list.Address) ? new ClusterAddress($"{silo.Address.Address}", list.Port) : silo.Cluster;
        string reach = IPAddress.IsLoopback(list.Address) ? ", for this machine only" : "";
        string id = options.ClusterId == ClusterAddress.DefaultClusterId ? "" : $" --cluster-id {options.ClusterId}";
        return $"this silo hosts the list of silos at {address}{reach}; others join by: distconv serve --cluster {address}{id}";
    }

    private static string Ready(ClusterSilo silo, ClusterSiloOptions options)
    {
        string threads = options.Threads == 1 ? "1 thread" : $"{options.Threads} threads";
        string health = silo.HealthAddress is { } address ? $", health at {address}" : "";
        string bulk = options.BulkPort == 0 ? "" : $", bulk port {options.BulkPort}";
        string store = Path.GetFullPath(options.StoreDirectory);
        string cluster = $"cluster '{options.ClusterId}' at {silo.Cluster}";
        return $"silo {silo.Address} is ready: {cluster}, store {store}, {threads}, gateway port {silo.GatewayPort}{bulk}{health}";
    }
}
