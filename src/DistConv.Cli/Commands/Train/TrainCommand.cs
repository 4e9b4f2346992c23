using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Cli.Running;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Commands.Train;

/// <summary><c>distconv train</c>: makes a job and trains it.</summary>
internal static class TrainCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "train",
            "Train a network: with no options, a Keras mnist_cnn on digits that DistConv draws itself.",
            "distconv train",
            "distconv train --data mnist --data-dir DIR --model keras2-mnist-cnn --epochs 2 --optimizer adam --seed 1",
            "distconv train --data idx:DIR --model FILE.json --batch 64 --shards 4 --steps 500 --stop-at 200 --job symbols",
            "distconv train --data images:DIR --image-size 28x28 --image-color grey --model FILE.json",
            "distconv train --recipe fast-mnist --data-dir DIR --epochs 6",
            "distconv train --optimizer adamw --schedule cosine --warmup 200 --clip-norm 1 --epochs 4",
            "distconv train --data mnist --model mnist-vgg --lr-find --out DIR",
            "distconv train --initial-weights model.safetensors --epochs 1",
            "distconv train --data images:DIR --initial-weights JOB --replace-head --freeze 'conv*' --freeze-until 3",
            "distconv train --cluster redis://HOST:6379 --shards 12 --out DIR",
            "distconv train --recipe fast-mnist --seeds 1-5",
            "distconv train --steps 20 --json --quiet");
        TrainOptions options = new();
        options.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            TrainRequest request = options.Read(parsed, context);
            if (request.Seeds is not null) return TrainSeries.OfSeedsAsync(request, SeriesOptionSet.CommandText(parsed), context);
            if (request.Parallel is not null) throw new InvalidInputException("--parallel is for several jobs; add --seeds, or use 'distconv sweep'");
            return RunAsync(request, context);
        });
        return command;
    }

    private static async Task<int> RunAsync(TrainRequest request, CliContext context)
    {
        context.Output.Quiet = request.Run.Quiet;
        if (request.LrFind) return await RateFinder.RunAsync(request, context);
        KernelSet kernel = KernelSets.Select();
        SiloAdvice.EnsureEachHasAShard(request.Run.Silos, request.Shards ?? TrainingRequest.DefaultShards); // Before silos start.
        if (request.Run.Cluster is { } cluster)
        {
            await using NamedSource? early = NamesJob(request) ? await cluster.OpenAsync(context) : null;
            (string id, TrainingPlan plan) = await PlanAsync(request, early?.Jobs, context);
            await using NamedSource? late = early is null ? await cluster.OpenAsync(context) : null;
            NamedSource source = early ?? late!;
            using IResultTarget? fromCluster = ResultTargets.Prepare(request.Out, context.Output);
            return await new ClusterLauncher(context, request.Run, source).TrainAsync(id, plan, fromCluster);
        }

        await using StartingTrainer trainer = new(
            (warn, stop) => Trainers.StartAsync(request.Run, kernel, context, warn, stop), context.Output.Warn, context.Stop);
        await using NamedSource store = request.Run.Store.ToSource(context);
        (string job, TrainingPlan planned) = await PlanAsync(request, store.Jobs, context);
        SiloAdvice.EnsureEachHasAShard(request.Run.Silos, planned.Specification.Shards);
        using IResultTarget? target = ResultTargets.Prepare(request.Out, context.Output);
        return await new JobLauncher(context, request.Run, kernel, trainer).TrainAsync(job, planned, target);
    }

    /// <summary>Whether the cluster is asked before the job is planned.</summary>
    private static bool NamesJob(TrainRequest request) => request.InitialWeights is { } weights && WeightSource.IsJob(weights);

    private static async Task<(string Job, TrainingPlan Plan)> PlanAsync(TrainRequest request, IJobSource? jobs, CliContext context)
    {
        TrainingPlan plan = await JobPlanner.PlanAsync(
            request.ToTrainingRequest(), request.Run.Data, context.Stop, jobs is null ? null : _ => Task.FromResult(jobs));
        context.Stop.ThrowIfCancellationRequested();
        return (request.Job ?? JobStore.NewJobId(context.Time, Format.DataName(plan.Specification.Data)), plan);
    }
}
