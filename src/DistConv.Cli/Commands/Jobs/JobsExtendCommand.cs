using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs extend</c>: gives a job a greater length and goes on with it, with the bits of a job that had this length from the
/// beginning.</summary>
internal static class JobsExtendCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "extend",
            "Make a job that is done, paused or stopped longer, and go on with it. The result has the bits of a job that had this length from the beginning.",
            "distconv jobs extend JOB --epochs 10",
            "distconv jobs extend JOB --epochs 10 --cluster redis://HOST:6379 --detach");
        Argument<string> job = JobsCommand.JobArgument();
        Option<int?> epochs = NumberOption.Whole("--epochs", "N", "The new length of the whole job in epochs, those that it has done included.", 1, 1_000_000);
        RunOptionSet options = new();
        command.Add(job);
        command.Add(epochs);
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            int length = parsed.GetValue(epochs) ?? throw new InvalidInputException("--epochs is missing; give the new length of the whole job in epochs");
            return RunAsync(parsed.GetRequiredValue(job), length, options.Read(parsed, context), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(string job, int epochs, RunRequest request, CliContext context)
    {
        context.Output.Quiet = request.Quiet;
        KernelSet kernel = KernelSets.Select();
        await using NamedSource source = request.Cluster is { } cluster ? await cluster.OpenAsync(context) : request.Store.ToSource(context);
        JobSpec spec = await source.Jobs.ReadSpecificationAsync(job, context.Stop);
        long totalSteps = Extension.TotalSteps(job, spec, epochs);
        JobPlanner.EnsureStopIsInside(request.StopAt, totalSteps);
        if (request.Cluster is null) SiloAdvice.EnsureEachHasAShard(request.Silos, spec.Shards);
        await source.Jobs.ExtendAsync(job, totalSteps, context.Stop);
        context.Output.Say($"job {job} now has {totalSteps:N0} steps instead of {spec.TotalSteps:N0}");
        return request.Cluster is null
            ? await new JobLauncher(context, request, kernel).ResumeAsync(job, folder => StoredPlan.ReadAsync(folder, request.Data, context.Stop))
            : await new ClusterLauncher(context, request, source).ResumeAsync(job, spec with { TotalSteps = totalSteps });
    }
}
