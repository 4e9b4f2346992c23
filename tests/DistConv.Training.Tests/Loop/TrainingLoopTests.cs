using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

public sealed class TrainingLoopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RequestStop_duringAStep_endsAtItsBoundaryWithASnapshot()
    {
        JobFolder job = Job(TinyJobs.Spec());

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(), (loop, trainer) => new StoppingTrainer(trainer, loop, step: 5));

        Assert.Equal((JobState.Stopped, 6), (status.State, status.Step));
        StoredSnapshot stored = job.LatestVerified(out _)!;
        Assert.Equal(6, stored.Snapshot.Step);
        Assert.Equal(status.FinalSnapshot, stored.Head.Path);
        Assert.Equal(status.WeightsDigest, stored.Snapshot.WeightsDigest());
        Assert.Equal((JobState.Stopped, 6), (job.ReadStatus()!.State, job.ReadStatus()!.Step));
    }

    [Fact]
    public async Task RequestStop_beforeTheFirstStep_leavesTheUntrainedSnapshot()
    {
        JobFolder job = Job(TinyJobs.Spec());
        using var pool = new ComputePool(1);
        using var trainer = Trainer(job, pool);
        await using var loop = new TrainingLoop(job, trainer, new RunOptions(), TimeProvider.System);
        loop.RequestStop();

        JobStatus status = await loop.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((JobState.Stopped, 0), (status.State, status.Step));
        Assert.NotNull(status.InitialSnapshot);
        Assert.Equal(status.InitialSnapshot, status.FinalSnapshot);
        Assert.False(await loop.AdvanceAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Constructor_jobIsRunning_isRefusedInOneLine()
    {
        JobFolder job = Job(TinyJobs.Spec());
        using var pool = new ComputePool(1);
        using var trainer = Trainer(job, pool);
        await using (var loop = new TrainingLoop(job, trainer, new RunOptions(), TimeProvider.System))
        {
            await loop.AdvanceAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
            JobFolder other = new JobStore(_folder.Root).Open(job.Id);
            var error = Assert.Throws<InvalidInputException>(() => new TrainingLoop(other, trainer, new RunOptions(), TimeProvider.System));
            Assert.Equal("job 'job' is running in another process; watch it, or stop it first", error.Message);
            Assert.True(await loop.AdvanceAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));
        }

        Assert.Equal(JobState.Done, (await LoopRuns.RunAsync(job, new RunOptions())).State);
    }

    [Fact]
    public void Constructor_otherNumericsVersion_isRefusedAndLeavesTheJobFree()
    {
        JobFolder job = Job(TinyJobs.Spec() with { NumericsVersion = NumericsVersion.Current + 1 });
        using var pool = new ComputePool(1);
        using var trainer = Trainer(job, pool);

        var error = Assert.Throws<InvalidInputException>(() => new TrainingLoop(job, trainer, new RunOptions(), TimeProvider.System));

        Assert.Contains($"numericsVersion {NumericsVersion.Current + 1}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(job.IsRunning);
    }

    [Fact]
    public async Task RunAsync_gradientNotFinite_failsWithTheLastGoodStepOnDisk()
    {
        JobFolder job = Job(TinyJobs.Spec(TinyJobs.Plain, new OptimizerSpec("sgd", 1e30f)));

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions());

        Assert.Equal(JobState.Failed, status.State);
        Assert.InRange(status.Step, 1, 24);
        Assert.Matches(
            $"^step {status.Step}: the (output of layer|gradient of) [a-z12/]+ is not finite for sample [0-9]+ \\(shard 0\\); the weights of step "
                + $"{status.Step} are untouched$",
            status.Message);
        JobStatusRecord record = job.ReadStatus()!;
        Assert.Equal((JobState.Failed, status.Step, status.Message), (record.State, record.Step, record.Message));
        StoredSnapshot stored = job.LatestVerified(out _)!;
        Assert.Equal(status.Step, stored.Snapshot.Step);
        Assert.Equal(stored.Head.Path, status.FinalSnapshot);
        Assert.Equal(status.Step, job.ReadRecordTable().Steps.Count);
    }

    [Fact]
    public async Task RunAsync_poisonedSample_failsWithItsNameAndTheLastGoodStepOnDisk()
    {
        JobFolder job = Job(TinyJobs.Spec());
        int sample = TinyJobs.SampleAt(job.Spec, step: 5, shard: 3, place: 7);

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(SnapshotEverySteps: 2), (_, trainer) => Poisoned(trainer, sample));

        string message = $"step 5: the input is not finite for sample {sample} (shard 3); the weights of step 5 are untouched";
        Assert.Equal((JobState.Failed, 5, message), (status.State, status.Step, status.Message));
        Assert.Equal((JobState.Failed, 5, message), (job.ReadStatus()!.State, job.ReadStatus()!.Step, job.ReadStatus()!.Message));
        Assert.All(job.Snapshots(), head => SnapshotFile.Verify(head.Path));
        StoredSnapshot stored = job.LatestVerified(out IReadOnlyList<string> warnings)!;
        Assert.Empty(warnings);
        Assert.Equal((5, status.FinalSnapshot), (stored.Snapshot.Step, stored.Head.Path));
        JobStatus quiet = await LoopRuns.RunAsync(new JobStore(_folder.Root).Create("quiet", job.Spec), new RunOptions(StopAt: 5));
        Assert.Equal(quiet.WeightsDigest, stored.Snapshot.WeightsDigest());
    }

    [Fact]
    public async Task RunAsync_updateOverflows_keepsTheWeightsBeforeIt()
    {
        JobFolder job = Job(TinyJobs.Spec(TinyJobs.Plain));

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(SnapshotEverySteps: 2), (_, trainer) => new OverflowingTrainer(trainer, step: 4));

        Assert.Equal(
            (JobState.Failed, 5, "step 5: the weights conv1/kernel are not finite since the update before it"), (status.State, status.Step, status.Message));
        Assert.Equal(4, job.LatestVerified(out _)!.Snapshot.Step);
    }

    [Fact]
    public async Task RunAsync_searchForTheSampleFails_saysBoth()
    {
        JobFolder job = Job(TinyJobs.Spec());
        int sample = TinyJobs.SampleAt(job.Spec, step: 5, shard: 3, place: 7);

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new LosingTrainer(Poisoned(trainer, sample)));

        Assert.Equal(
            "step 5: the gradient of conv1/kernel is not finite; the weights of step 5 are untouched (the search for the sample failed: no worker is left)",
            status.Message);
        Assert.Equal(5, job.LatestVerified(out _)!.Snapshot.Step);
    }

    [Fact]
    public async Task RunAsync_sampleMissing_failsAtTheEndOfTheEpoch()
    {
        JobFolder job = Job(TinyJobs.Spec());

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new ForgettingTrainer(trainer));

        Assert.Equal(JobState.Failed, status.State);
        Assert.Equal(11, status.Step);
        Assert.Contains("epoch ending at step 11 did not use every sample exactly once", status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', status.Message!);
    }

    [Fact]
    public async Task RunAsync_takenOver_failsAndLeavesTheStatusToItsSuccessor()
    {
        JobFolder job = Job(TinyJobs.Spec());
        long successor = 0;

        JobStatus status = await LoopRuns.RunAsync(
            job, new RunOptions(SnapshotEverySteps: 1), (_, trainer) => new OutbidTrainer(trainer, () => successor = job.ClaimFence()));

        Assert.Equal(JobState.Failed, status.State);
        Assert.Equal(2, successor);
        Assert.Equal(JobState.Running, job.ReadStatus()!.State);
        Assert.DoesNotContain('\n', status.Message!);
    }

    [Fact]
    public async Task AdvanceAsync_midway_showsWhereTheJobStands()
    {
        JobFolder job = Job(TinyJobs.Spec());
        using var pool = new ComputePool(2);
        using var trainer = Trainer(job, pool);
        await using var loop = new TrainingLoop(job, trainer, new RunOptions(), TimeProvider.System);

        for (int step = 0; step < 13; step++) Assert.True(await loop.AdvanceAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));

        JobStatus status = loop.Status;
        Assert.Equal((JobState.Running, 13, 25), (status.State, status.Step, status.TotalSteps));
        Assert.Equal((2, 3, 11), (status.Epoch, status.EpochCount, status.StepsPerEpoch));
        Assert.Single(status.Epochs);
        Assert.InRange(status.Loss, 0.001, 3);
        Assert.InRange(status.Accuracy, 0.1, 1);
        Assert.True(status.SamplesPerSecond > 0 && status.RemainingSeconds > 0 && status.ElapsedSeconds > 0);
        Assert.Equal((trainer.Kernel, 2), (status.Kernel, status.Threads));
        Assert.Equal(Environment.ProcessId, Assert.Single(status.Silos).ProcessId);
        Assert.Null(status.WeightsDigest);
        JobSummary summary = job.Summary();
        Assert.Equal((JobState.Running, 11, 1), (summary.State, summary.Step, summary.Epochs));
        Assert.Equal(status.Epochs[0].TestAccuracy, summary.TestAccuracy);
    }

    private static LocalTrainer Trainer(JobFolder job, ComputePool pool) => new(job.Spec, TinyJobs.Data(job.Spec.Samples), pool, KernelSets.Supported[^1]);

    private JobFolder Job(JobSpec spec) => new JobStore(_folder.Root).Create("job", spec);

    private static LocalTrainer Poisoned(LocalTrainer trainer, int sample)
    {
        trainer.Replica.Faults = new Faults(PoisonedSample: sample);
        return trainer;
    }

    private sealed class LosingTrainer(LocalTrainer trainer) : WrappedTrainer(trainer)
    {
        public override ValueTask<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, CancellationToken cancellationToken) =>
            throw new IOException("no worker is left");
    }

    /// <summary>Leaves a weight as an update that overflows does.</summary>
    private sealed class OverflowingTrainer(LocalTrainer trainer, long step) : WrappedTrainer(trainer)
    {
        private readonly LocalTrainer _trainer = trainer;

        public override async ValueTask<StepOutcome> RunStepAsync(long current, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            StepOutcome outcome = await base.RunStepAsync(current, progress, measureNorms, cancellationToken);
            if (current == step) _trainer.Replica.WritableWeights()[3] = float.PositiveInfinity;
            return outcome;
        }
    }

    private sealed class StoppingTrainer(LocalTrainer trainer, Func<TrainingLoop> loop, long step) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long current, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            if (current == step) loop().RequestStop();
            return base.RunStepAsync(current, progress, measureNorms, cancellationToken);
        }
    }

    private sealed class ForgettingTrainer(LocalTrainer trainer) : WrappedTrainer(trainer)
    {
        public override async ValueTask<StepOutcome> RunStepAsync(long current, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            StepOutcome outcome = await base.RunStepAsync(current, progress, measureNorms, cancellationToken);
            if (current != 3) return outcome;

            // The right number of samples, but one of them in the place of another.
            var coverage = new CoverageProof(outcome.Coverage.Count, outcome.Coverage.Sum + 1);
            return outcome with { Coverage = coverage };
        }
    }

    private sealed class OutbidTrainer(LocalTrainer trainer, Action claim) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long current, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            if (current == 2) claim();
            return base.RunStepAsync(current, progress, measureNorms, cancellationToken);
        }
    }
}
