using DistConv.Cli.Context;
using DistConv.Cli.Running;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Client.Running;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Grains.Contracts;
using DistConv.Grains.Costs;
using DistConv.Silo.Embedded;
using DistConv.Training.Benchmarks;
using DistConv.Training.Jobs;
using DistConv.Training.Records;

namespace DistConv.Cli.Commands.Bench;

/// <summary>What the exchange cost, beside what the cost model says.</summary>
/// <param name="Kernel">Kernel set.</param>
/// <param name="Cost">The cost model of the job.</param>
/// <param name="Machine">Where each silo ran.</param>
/// <param name="Silos">What each silo counted over all measured steps, the coordinator's first.</param>
/// <param name="Measured">Medians of a step and its phases: the call is what the phases leave.</param>
/// <param name="Alone">A step in this process, with the same threads and without silos.</param>
internal sealed record ExchangeBenchResult(
    string Kernel, ExchangeCost Cost, SiloMachine Machine, IReadOnlyList<ExchangeCounters> Silos, MeasuredStep Measured, StepWork Alone)
{
    /// <summary>What the model predicts for the silos that were measured.</summary>
    public StepCost Predicted => Cost.Step(Silos.Count, Alone, Machine);

    /// <summary>What it predicts for one silo that has this machine for itself.</summary>
    public StepCost OneSilo => Cost.Step(1, Alone, Machine with { Cores = Environment.ProcessorCount });
}

/// <summary>Medians over the measured steps, in milliseconds.</summary>
/// <param name="Step">Wall time.</param>
/// <param name="Compute">Forward and backward pass on the slowest silo.</param>
/// <param name="Exchange">What the gradients needed beyond the computation.</param>
/// <param name="Update">The update on the slowest silo.</param>
internal sealed record MeasuredStep(double Step, double Compute, double Exchange, double Update)
{
    /// <summary>Of some steps.</summary>
    /// <param name="steps">At least one.</param>
    public static MeasuredStep Of(IReadOnlyList<StepEntry> steps) => new(
        Median.Of(steps.Select(step => step.Milliseconds)), Median.Of(steps.Select(step => step.Timing.Compute)),
        Median.Of(steps.Select(step => step.Timing.Exchange)), Median.Of(steps.Select(step => step.Timing.Update)));
}

/// <summary>Trains real jobs on real silos, which are processes of this machine, as <c>train --silos N</c> does.</summary>
/// <param name="request">What to measure.</param>
/// <param name="context">The command line.</param>
internal sealed class ExchangeBenchmark(ExchangeBenchRequest request, CliContext context)
{
    private const int MinWarmUpSteps = 20;
    private const long EndlessSteps = 1_000_000;
    private const double AloneSeconds = 2;
    private const long MaxDataBytes = 32 << 20;

    /// <summary>Until the runtime has compiled everything to its best.</summary>
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(5);

    /// <summary>Measures.</summary>
    /// <returns>What was counted and timed after a job that warms up.</returns>
    /// <exception cref="InvalidInputException">The model is none, or does not train on pictures.</exception>
    public async Task<ExchangeBenchResult> RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("distconv-bench-");
        try
        {
            KernelSet kernel = KernelSets.Select();
            ModelPlan model = ModelSpec.Load(request.Model).Infer();
            int epochSteps = (int)long.Clamp(MaxDataBytes / ((long)request.Batch * model.Model.Input.Size), 1, request.Steps);
            NoiseFolder.Write(folder.FullName, model.Model.Input, int.Max(2, model.Classes), int.Max(request.Batch * epochSteps, model.Classes));
            TrainingPlan warmUp = await PlanAsync(folder, epochSteps, EndlessSteps, seed: 1);
            TrainingPlan measured = await PlanAsync(folder, epochSteps, request.Steps, seed: 2);
            string store = Path.Combine(folder.FullName, "store");
            (IReadOnlyList<ExchangeCounters> counters, MeasuredStep step) = await TrainAsync(store, kernel, warmUp, measured);
            StepBenchmarkResult alone = await Task.Run(
                () => StepBenchmark.Run(measured.Specification, measured.Data, request.Threads, kernel, AloneSeconds)).WaitAsync(context.Stop);
            using Network network = new(measured.Specification.ReadModel(), kernel, measured.Specification.Seed);
            return new ExchangeBenchResult(
                kernel.Name,
                ExchangeCost.Of(network, request.Shards),
                new SiloMachine(request.Threads, (double)Environment.ProcessorCount / request.Silos),
                counters,
                step,
                new StepWork(alone.PhaseMilliseconds.Compute + alone.PhaseMilliseconds.Reduce, alone.PhaseMilliseconds.Update));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Task<TrainingPlan> PlanAsync(DirectoryInfo folder, int epochSteps, long steps, ulong seed) => JobPlanner.PlanAsync(
        new TrainingRequest
        {
            Data = TrainingData.Idx(folder.FullName),
            Model = ModelSource.BuiltInOrFile(request.Model),
            Samples = request.Batch * epochSteps,
            GlobalBatch = request.Batch,
            Shards = request.Shards,
            Steps = steps,
            Seed = seed,
            NormsEverySteps = 0,
            SnapshotEverySteps = steps,
        },
        new DataOptions(),
        context.Stop);

    private async Task<(IReadOnlyList<ExchangeCounters> Silos, MeasuredStep Step)> TrainAsync(
        string store, KernelSet kernel, TrainingPlan warmUp, TrainingPlan measured)
    {
        EmbeddedClusterOptions options = new(store, DataDirectory: null, request.Threads, kernel.Name)
        {
            Silos = request.Silos,
            ChildCommand = SiloProcess.CommandLine(),
            Warn = context.Output.Warn,
        };
        EmbeddedJobTrainer trainer = await EmbeddedJobTrainer.StartAsync(options, context.Stop);
        await using StoreSource source = new(store, new DataOptions(), context.Time, trainer);
        await TrainAsync(source, "warm-up", warmUp, isWarmUp: true);
        IReadOnlyList<ExchangeCounters> before = await trainer.Counters.ReadAsync();
        await TrainAsync(source, "measured", measured, isWarmUp: false);
        IReadOnlyList<ExchangeCounters> after = await trainer.Counters.ReadAsync();
        if (!before.Select(silo => silo.ProcessId).SequenceEqual(after.Select(silo => silo.ProcessId)))
            throw new InvalidInputException("a silo process ended while it was measured; run the command again");
        return ([.. after.Zip(before, (now, then) => now.Since(then))], MeasuredStep.Of(source.Open("measured").ReadRecordTable().Steps));
    }

    private async Task TrainAsync(StoreSource source, string job, TrainingPlan plan, bool isWarmUp)
    {
        await source.SubmitAsync(job, plan, context.Stop);
        long start = context.Time.GetTimestamp();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        JobSession session = new(await source.FollowAsync(job, CancellationToken.None), () => source.StopAsync(job), context.Time, look =>
        {
            if (isWarmUp && look.Step >= MinWarmUpSteps && context.Time.GetElapsedTime(start) >= _warmUp) enough.Cancel();
        });
        JobStatus status = await session.RunAsync(enough.Token);
        context.Stop.ThrowIfCancellationRequested();
        if (status.State != (isWarmUp ? JobState.Stopped : JobState.Done))
            throw new InvalidInputException(status.Message ?? $"the job that is measured ended as {status.State}");
    }
}
