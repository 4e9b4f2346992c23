using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Schedules;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>A job that is stopped and resumed ends with the bits of one that was not. 1003 samples, batch 100, 7 shards: an epoch has 11 steps.</summary>
public sealed class StopAndResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Optimizers => ["sgd", "momentum", "nesterov", "decay", "adadelta", "adam", "adamw", "rmsprop", "clipped"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Optimizers))]
    public async Task RunAsync_stoppedManyTimes_equalsUninterrupted(string optimizer)
    {
        JobSpec spec = TinyJobs.Spec(optimizer: Optimizer(optimizer));
        if (optimizer == "clipped") spec = spec.Clipped();
        JobFolder straight = Job("straight", spec), stopped = Job("stopped", spec);
        JobStatus expected = await LoopRuns.RunAsync(straight, new RunOptions());
        Assert.Equal((JobState.Done, 25), (expected.State, expected.Step));
        Assert.Equal(Schedule.Rate(spec, 24, 11), expected.LearningRate);

        foreach (long stop in new long[] { 1, 7, 11, 12, 21, 22, 24 })
        {
            JobStatus part = await LoopRuns.RunAsync(stopped, new RunOptions(StopAt: stop), threads: (int)(1 + (stop % 3)));
            Assert.Equal((JobState.Stopped, stop), (part.State, part.Step));
            Assert.Equal(JobState.Stopped, stopped.ReadStatus()!.State);
            Assert.NotEqual(expected.WeightsDigest, part.WeightsDigest);
        }

        JobStatus actual = await LoopRuns.RunAsync(stopped, new RunOptions());
        Assert.Equal(JobState.Done, actual.State);
        Assert.Equal(expected.WeightsDigest, actual.WeightsDigest);
        Assert.Equal(expected.WithoutTime(), actual.WithoutTime());
        Assert.Equal((expected.Loss, expected.Accuracy), (actual.Loss, actual.Accuracy));
        Assert.Equal(LoopRuns.Log(straight), LoopRuns.Log(stopped));
        Assert.Equal(SlotBits(straight), SlotBits(stopped));
    }

    [Fact]
    public async Task RunAsync_epochs_proveThatEverySampleWasUsedOnce()
    {
        JobStatus status = await LoopRuns.RunAsync(Job("job", TinyJobs.Spec()), new RunOptions());

        Assert.Equal([1, 2, 3], status.Epochs.Select(epoch => epoch.Epoch));
        Assert.Equal([11L, 22, 25], status.Epochs.Select(epoch => epoch.Step));
        Assert.All(status.Epochs.Take(2), epoch => Assert.Equal(CoverageProof.Expected(1003).ToString(), epoch.CoverageDigest));
        Assert.All(status.Epochs.Take(2), epoch => Assert.Equal(1003, epoch.SamplesUsed));
        Assert.Equal(300, status.Epochs[2].SamplesUsed);
    }

    [Fact]
    public async Task AdvanceAsync_oneStepAtATime_equalsRun()
    {
        JobStatus run = await LoopRuns.RunAsync(Job("run", TinyJobs.Spec()), new RunOptions());
        JobStatus slices = await LoopRuns.RunAsync(Job("slices", TinyJobs.Spec()), new RunOptions(SnapshotEverySteps: 1), slice: TimeSpan.Zero);

        Assert.Equal(run.WeightsDigest, slices.WeightsDigest);
        Assert.Equal(run.WithoutTime(), slices.WithoutTime());
    }

    [Fact]
    public async Task RunAsync_finishedJob_saysTheSameAgain()
    {
        JobFolder job = Job("job", TinyJobs.Spec());
        JobStatus first = await LoopRuns.RunAsync(job, new RunOptions());
        JobStatus second = await LoopRuns.RunAsync(job, new RunOptions());

        Assert.Equal(JobState.Done, second.State);
        Assert.Equal(first.WeightsDigest, second.WeightsDigest);
        Assert.Equal(first.Epochs, second.Epochs);
        Assert.Equal(first.InitialSnapshot, second.InitialSnapshot);
        Assert.Equal(first.FinalSnapshot, second.FinalSnapshot);
    }

    [Fact]
    public async Task RunAsync_newestSnapshotTruncated_fallsBackAndEndsWithTheSameBits()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam);
        JobStatus expected = await LoopRuns.RunAsync(Job("straight", spec), new RunOptions());
        JobFolder job = Job("damaged", spec);
        JobStatus stopped = await LoopRuns.RunAsync(job, new RunOptions(StopAt: 17, SnapshotEverySteps: 5));
        using (FileStream file = File.OpenWrite(stopped.FinalSnapshot!)) file.SetLength(file.Length / 2);

        JobStatus actual = await LoopRuns.RunAsync(job, new RunOptions());

        string warning = Assert.Single(actual.Warnings);
        Assert.StartsWith("step 17 is skipped: ", warning, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', warning);
        Assert.Equal(expected.WeightsDigest, actual.WeightsDigest);
        Assert.Equal(expected.WithoutTime(), actual.WithoutTime());
    }

    [Fact]
    public async Task RunAsync_processDiedBetweenSnapshots_repeatsTheLostSteps()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adadelta);
        JobFolder straight = Job("straight", spec), job = Job("killed", spec);
        JobStatus expected = await LoopRuns.RunAsync(straight, new RunOptions());

        int logged = 0;
        await LoopRuns.RunAsync(
            job, new RunOptions(SnapshotEverySteps: 4),
            (loop, trainer) => new FailingTrainer(trainer, step: 15, () => logged = job.ReadRecordTable().Steps.Count));
        Assert.InRange(logged, 12, 15);
        Assert.Equal(12, job.LatestVerified(out _)!.Snapshot.Step);
        JobStatus actual = await LoopRuns.RunAsync(job, new RunOptions());

        Assert.Equal(expected.WeightsDigest, actual.WeightsDigest);
        Assert.Equal(LoopRuns.Log(straight), LoopRuns.Log(job));
    }

    private static OptimizerSpec Optimizer(string name) => name switch
    {
        "sgd" => TinyJobs.Sgd,
        "momentum" => TinyJobs.Momentum,
        "nesterov" => TinyJobs.Nesterov,
        "decay" => TinyJobs.Decay,
        "adadelta" => TinyJobs.Adadelta,
        "adamw" => TinyJobs.AdamW,
        "rmsprop" => TinyJobs.RmsProp,
        _ => TinyJobs.Adam,
    };

    private static List<string> SlotBits(JobFolder job)
    {
        Snapshot last = job.LatestVerified(out _)!.Snapshot;
        return
        [
            .. last.OptimizerScalars.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value:R}"),
            .. last.Tensors.Select(tensor => $"{tensor.Role} {tensor.Name} {string.Join(' ', tensor.Values.ToArray().Select(BitConverter.SingleToInt32Bits))}"),
        ];
    }

    private JobFolder Job(string id, JobSpec spec) => new JobStore(_folder.Root).Create(id, spec);

    private sealed class FailingTrainer(LocalTrainer trainer, long step, Action before) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long current, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            if (current != step) return base.RunStepAsync(current, progress, measureNorms, cancellationToken);
            before();
            throw new IOException("power cut");
        }
    }
}
