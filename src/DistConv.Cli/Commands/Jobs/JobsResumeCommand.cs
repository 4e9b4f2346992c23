using System.CommandLine;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Datasets;
using DistConv.Cli.Options;
using DistConv.Cli.Places;
using DistConv.Cli.Running;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Shards;
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
        JobFolder folder = request.Store.OpenJob(job, context.Time);
        JobPlanner.EnsureStopIsInside(request.StopAt, folder.Spec.TotalSteps);
        SiloAdvice.EnsureEachHasAShard(request.Silos, folder.Spec.Shards);
        return new JobLauncher(context, request).RunAsync(folder, () => Reopen(folder, request), kernel, target: null);
    }

    private static async Task<int> RunAsync(string job, RunRequest request, ClusterChoice cluster, CliContext context)
    {
        await using ClusterPlace place = await cluster.OpenAsync(context);
        JobSpec spec = JobSpec.Parse((await place.Jobs.ShowAsync(job, context.Stop)).SpecJson);
        JobPlanner.EnsureStopIsInside(request.StopAt, spec.TotalSteps);
        return await new ClusterLauncher(context, request, place).ResumeAsync(job, spec);
    }

    private static PlannedJob Reopen(JobFolder folder, RunRequest request)
    {
        JobSpec spec = folder.Spec;
        ModelPlan model = spec.ReadModel().Infer();
        (DataSource data, string? directory) = JobData.Reopen(spec, $"job '{folder.Id}'", request.DataFolders, folder.ReadOrigin());
        return new PlannedJob(spec, model, data, new ShardPlan(spec.Samples, spec.GlobalBatch, spec.Shards), directory);
    }
}
