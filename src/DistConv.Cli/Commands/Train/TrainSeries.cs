using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Cli.Series;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Client.Series;
using DistConv.Core;
using DistConv.Core.Kernels;

namespace DistConv.Cli.Commands.Train;

/// <summary>Several jobs that <c>train --seeds</c> or <c>sweep</c> makes, from their requests to the summary.</summary>
internal static class TrainSeries
{
    /// <summary>A job for each seed of a request: NAME-seed1, NAME-seed2, …</summary>
    /// <param name="request">What the jobs have in common, with its seeds.</param>
    /// <param name="command">The command line.</param>
    /// <param name="context">The command line's surroundings.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> OfSeedsAsync(TrainRequest request, string command, CliContext context)
    {
        context.Output.Quiet = request.Run.Quiet;
        EnsureCanBeASeries(request);
        OpenedData opened = new(request.Run.Data);
        List<(ulong Seed, TrainingPlan Plan)> plans = [];
        foreach (ulong seed in request.Seeds!) plans.Add((seed, await PlanAsync(request with { Seed = seed }, opened, context)));
        string name = SeriesPlan.NameOf(request.Job, plans[0].Plan.Specification);
        SeriesMember[] members = [.. plans.Select(job =>
            new SeriesMember(new SeriesJob(SeriesPlan.IdOf(name, $"seed{job.Seed}"), job.Plan), [$"{job.Seed}"]))];
        return await RunAsync(new SeriesPlan(name, [SeriesPlan.SeedColumn], members), request, command, csv: null, context);
    }

    /// <summary>Trains a series.</summary>
    /// <param name="plan">The series.</param>
    /// <param name="request">How it runs.</param>
    /// <param name="command">The command line.</param>
    /// <param name="csv">A file for its table, or null.</param>
    /// <param name="context">The command line's surroundings.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static Task<int> RunAsync(SeriesPlan plan, TrainRequest request, string command, string? csv, CliContext context)
    {
        foreach (SeriesJob job in plan.Jobs) SiloAdvice.EnsureEachHasAShard(request.Run.Silos, job.Plan.Specification.Shards);
        int parallel = request.Parallel ?? (request.Run.Cluster is null ? 1 : SeriesOptionSet.ParallelInACluster);
        SeriesRun run = new(request.Run, KernelSets.Select(), parallel, command) { Out = request.Out, Csv = csv };
        return new SeriesLauncher(context, plan, run).RunAsync();
    }

    /// <summary>Plans a job of a series, whose id follows from its plan.</summary>
    /// <exception cref="InvalidInputException">It cannot be trained.</exception>
    public static Task<TrainingPlan> PlanAsync(TrainRequest request, OpenedData opened, CliContext context) =>
        JobPlanner.PlanAsync(
            (request with { Job = null }).ToTrainingRequest(), opened, context.Stop,
            request.Run.Cluster is null ? _ => Task.FromResult(request.Run.Store.ToSource(context).Jobs) : null);

    /// <summary>Checks that nothing is asked for that only a single job can have.</summary>
    /// <exception cref="InvalidInputException">Something is.</exception>
    public static void EnsureCanBeASeries(TrainRequest request)
    {
        if (request.Run.Detach)
            throw new InvalidInputException("--detach leaves one job to the cluster; a series needs this process, which starts one job after another");
    }
}
