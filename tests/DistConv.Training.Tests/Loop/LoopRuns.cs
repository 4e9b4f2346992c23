using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>Runs of jobs as a process makes them: everything is new but the folder.</summary>
internal static class LoopRuns
{
    public static Task<JobStatus> RunAsync(JobFolder job, RunOptions options, int threads = 1, TimeSpan? slice = null) =>
        RunAsync(job, options, (_, trainer) => trainer, threads, slice);

    /// <summary>With an executor around the trainer.</summary>
    public static async Task<JobStatus> RunAsync(
        JobFolder job, RunOptions options, Func<Func<TrainingLoop>, LocalTrainer, IStepExecutor> wrap, int threads = 1, TimeSpan? slice = null)
    {
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(job.Spec, TinyJobs.Data(job.Spec.Samples + job.Spec.ValidationSamples), pool, KernelSets.Supported[^1]);
        TrainingLoop? self = null;
        await using TrainingLoop loop = self = new TrainingLoop(job, wrap(() => self!, trainer), options, TimeProvider.System);
        while (await loop.AdvanceAsync(slice ?? TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))
        {
            Assert.Equal(JobState.Running, loop.Status.State);
        }

        return loop.Status;
    }

    /// <summary>What two runs of the same job must have in common after every epoch.</summary>
    public static IEnumerable<EpochMetrics> WithoutTime(this JobStatus status) => status.Epochs.Select(epoch => epoch with { Seconds = 0 });

    /// <summary>What their logs must have in common for every step.</summary>
    public static IEnumerable<string> Log(JobFolder job)
    {
        RecordTable table = job.ReadRecordTable();
        Assert.Equal(0, table.DamagedRows);
        return table.Steps.Select(
            entry => $"{entry.Step} {entry.Loss:R} {entry.Accuracy:R} {entry.Samples} {entry.LearningRate:R} {string.Join(' ', entry.LayerHashes)}");
    }
}

/// <summary>Hands every call on to a trainer; tests change what they need.</summary>
internal class WrappedTrainer(LocalTrainer trainer) : IStepExecutor
{
    public string Kernel => trainer.Kernel;

    public int Threads => trainer.Threads;

    public IReadOnlyList<SiloStatus> Silos => trainer.Silos;

    public int RetriedShards => trainer.RetriedShards;

    public IReadOnlyList<string> Notices => trainer.Notices;

    public string Waiting => trainer.Waiting;

    public bool IsComputing => trainer.IsComputing;

    public virtual ValueTask<RunPosition> RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken) =>
        trainer.RestoreAsync(snapshot, cancellationToken);

    public bool TryTakeNotice(out (JobEventKind Kind, string Line) notice) => trainer.TryTakeNotice(out notice);

    public virtual ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken) =>
        trainer.RunStepAsync(step, progress, measureNorms, cancellationToken);

    public virtual ValueTask<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, CancellationToken cancellationToken) =>
        trainer.DiagnoseNonFiniteAsync(step, cancellationToken);

    public ValueTask<EvaluationResult> EvaluateAsync(CancellationToken cancellationToken) => trainer.EvaluateAsync(cancellationToken);

    public ValueTask<Snapshot> CaptureAsync(
        RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        trainer.CaptureAsync(running, epochs, createdAt, cancellationToken);
}
