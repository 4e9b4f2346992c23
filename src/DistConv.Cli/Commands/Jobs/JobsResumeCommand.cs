using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Core.Kernels;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs resume</c>: goes on with a job from its newest snapshot, with the bits of an uninterrupted run.</summary>
internal static class JobsResumeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "resume",
            "Go on with a job from its newest snapshot; the result has the bits of an uninterrupted run.",
            "distconv jobs resume JOB",
            "distconv jobs resume JOB --stop-at 200 --threads 2",
            "distconv jobs resume JOB --cluster redis://HOST:6379 --detach");
        Argument<string> job = JobsCommand.JobArgument();
        RunOptionSet options = new();
        command.Add(job);
        options.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(job), options.Read(parsed, context), context));
        return command;
    }

    private static Task<int> RunAsync(string job, RunRequest request, CliContext context)
    {
        context.Output.Quiet = request.Quiet;
        if (request.Cluster is { } cluster) return RunAsync(job, request, cluster, context);
        KernelSet kernel = KernelSets.Select();
        JobFolder folder = request.Store.Open(context).Open(job);
        folder.EnsureCanRun();
        JobSpec spec = folder.Spec;
        JobPlanner.EnsureStopIsInside(request.StopAt, spec.TotalSteps);
        SiloAdvice.EnsureEachHasAShard(request.Silos, spec.Shards);
        return new JobLauncher(context, request, kernel).ResumeAsync(job, folder => StoredPlan.ReadAsync(folder, request.Data, context.Stop));
    }

    private static async Task<int> RunAsync(string job, RunRequest request, ClusterChoice cluster, CliContext context)
    {
        await using NamedSource source = await cluster.OpenAsync(context);
        JobSpec spec = await source.Jobs.ReadSpecificationAsync(job, context.Stop);
        JobPlanner.EnsureStopIsInside(request.StopAt, spec.TotalSteps);
        return await new ClusterLauncher(context, request, source).ResumeAsync(job, spec);
    }
}
