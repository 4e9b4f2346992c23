using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>Jobs that are given more steps. 1003 samples, batch 100, 7 shards: an epoch has 11 steps.</summary>
public sealed class ExtensionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private JobStore Store => new(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(22, 44)] // Whole epochs.
    [InlineData(15, 40)] // From the middle of an epoch, which was evaluated there, to the middle of another.
    [InlineData(5, 9)] // Within an epoch.
    [InlineData(15, 22)]
    public async Task Extend_jobThatIsDone_resumesWithTheBitsOfALongerJob(long steps, long totalSteps)
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.AdamW, steps: steps) with { Schedule = new ScheduleSpec("exponential", Factor: 0.9, WarmupSteps: 4) };
        JobFolder straight = Store.Create("straight", spec with { TotalSteps = totalSteps }), job = Store.Create("job", spec);
        JobStatus expected = await LoopRuns.RunAsync(straight, new RunOptions());
        JobStatus done = await LoopRuns.RunAsync(job, new RunOptions());
        Assert.Equal((JobState.Done, steps), (done.State, done.Step));

        JobFolder extended = job.Extend(totalSteps);

        Assert.Equal((totalSteps, JobState.Stopped), (extended.Spec.TotalSteps, extended.ReadStatus()!.State));
        Assert.Equal(extended.Summary(), Store.Open("job").Summary());
        Assert.Equal(steps, Store.Open("job").LatestVerified(out IReadOnlyList<string> warnings)!.Snapshot.Step);
        Assert.Empty(warnings);
        JobStatus resumed = await LoopRuns.RunAsync(Store.Open("job"), new RunOptions());
        Assert.Equal((JobState.Done, totalSteps, expected.WeightsDigest), (resumed.State, resumed.Step, resumed.WeightsDigest));
        Assert.Equal(expected.WithoutTime(), resumed.WithoutTime());
        Assert.Equal(LoopRuns.Log(straight), LoopRuns.Log(job));
        Assert.Equal(JobState.Done, Store.Open("job").Summary().State);
    }

    /// <summary>The first cycle has 11 steps, the second 22: the shorter job ends within it, in the middle of an epoch.</summary>
    [Fact]
    public async Task Extend_restarts_equalsTheLongerJob()
    {
        JobSpec spec = TinyJobs.Spec(steps: 15) with { Schedule = new ScheduleSpec("restarts", EveryEpochs: 1) { Growth = 2 } };
        JobStatus expected = await LoopRuns.RunAsync(Store.Create("straight", spec with { TotalSteps = 36 }), new RunOptions());
        JobFolder job = Store.Create("job", spec);
        await LoopRuns.RunAsync(job, new RunOptions());

        JobStatus resumed = await LoopRuns.RunAsync(job.Extend(36), new RunOptions());

        Assert.Equal((JobState.Done, expected.WeightsDigest), (resumed.State, resumed.WeightsDigest));
    }

    [Fact]
    public async Task Extend_oneCycle_isRefused()
    {
        JobFolder job = Store.Create(
            "job", TinyJobs.Spec(steps: 4) with { Schedule = new ScheduleSpec("one-cycle") { PeakAt = 0.3, StartFraction = 0.04 } });
        await LoopRuns.RunAsync(job, new RunOptions());

        Assert.StartsWith("job 'job' cannot be extended: its schedule 'one-cycle' spreads the learning rates over its 4 steps", Refusal(job, 24));
    }

    [Fact]
    public async Task Extend_twiceAndStopped_equalsTheLongerJob()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Momentum, steps: 12);
        JobStatus expected = await LoopRuns.RunAsync(Store.Create("straight", spec with { TotalSteps = 30 }), new RunOptions());
        JobFolder job = Store.Create("job", spec);
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 7));
        job = job.Extend(20);
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 13));
        job = job.Extend(30);
        JobStatus resumed = await LoopRuns.RunAsync(job, new RunOptions());

        Assert.Equal((JobState.Done, expected.WeightsDigest), (resumed.State, resumed.WeightsDigest));
        Assert.Equal(expected.WithoutTime(), resumed.WithoutTime());
        Assert.Equal(12, JobFolder.ReadSpec(Path.Combine(job.Path, "spec.json")).TotalSteps); // Nothing is overwritten.
    }

    [Fact]
    public async Task Extend_again_orToAsManySteps_writesNothing()
    {
        JobFolder job = Store.Create("job", TinyJobs.Spec(steps: 5));
        await LoopRuns.RunAsync(job, new RunOptions());
        job.Extend(5);
        Assert.Equal((JobState.Done, 1), (job.Summary().State, job.HighestFence()));
        job = job.Extend(9).Extend(9);
        Assert.Equal(2, job.HighestFence());
        JobEvent happened = Assert.Single(Store.Open("job").ReadRecordTable().Events, happened => happened.Kind == JobEventKind.Extended);
        Assert.Equal((5L, "extended from 5 to 9 steps"), (happened.Step, happened.Text));

        Assert.Equal(9, Store.Create("job", TinyJobs.Spec(steps: 5)).Spec.TotalSteps); // The command that made it, once more.
        Assert.Equal(9, Store.Create("job", TinyJobs.Spec(steps: 9)).Spec.TotalSteps);
        InvalidInputException other = Assert.Throws<InvalidInputException>(() => Store.Create("job", TinyJobs.Spec(steps: 7)));
        Assert.Contains("totalSteps is 9 there and 7 here", other.Message);
    }

    [Fact]
    public async Task Extend_whatCannotBe_isRefusedInOneLineAndWritesNothing()
    {
        JobFolder job = Store.Create("job", TinyJobs.Spec(steps: 12).Clipped());
        await LoopRuns.RunAsync(job, new RunOptions());
        string[] files = Files(job);

        Assert.Equal("job 'job' has 12 steps: 11 is fewer; give more", Refusal(job, 11));
        Assert.Contains("totalSteps", Refusal(job, long.MaxValue)); // No job has so many.
        Assert.Equal(
            "job 'job' cannot be extended: its schedule 'cosine' spreads the learning rates over its 12 steps, and a longer job has other rates; "
            + "train a new job that begins with this one's weights",
            Refusal(job, 24));
        Assert.Equal(files, Files(job));
        using (JobLock? held = job.TryAcquireLock()) Assert.Equal("job 'job' is running: pause it, extend it, and resume it", Refusal(job, 24));
    }

    [Fact]
    public async Task Extend_jobThatEndedEarly_isRefused()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: new OptimizerSpec("sgd", 1e-30f), steps: 90) with { EarlyStopPatience = 2 };
        JobFolder early = Store.Create("early", spec);
        JobFolder atItsEnd = Store.Create("at-its-end", spec with { TotalSteps = 33 });
        foreach (JobFolder job in new[] { early, atItsEnd }) Assert.Equal((JobState.Done, 33L), StateAndStep(await LoopRuns.RunAsync(job, new RunOptions())));

        Assert.Equal(
            "job 'early' cannot be extended: it ended early, because the held-out loss has not been lower since epoch 1; "
            + "train a new job that begins with this one's weights",
            Refusal(early, 100));
        Assert.Contains("it ended early", Refusal(atItsEnd, 100)); // A longer one would have ended there.
        Assert.Equal(JobState.Done, early.Summary().State);
    }

    /// <summary>The last, cut epoch of the shorter job is none of the longer one's: it must not count for its early end.</summary>
    [Fact]
    public async Task Extend_cutEpochWithoutALowerLoss_doesNotCountForTheEarlyEnd()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: new OptimizerSpec("sgd", 1e-30f), steps: 15) with { EarlyStopPatience = 1 };
        JobStatus expected = await LoopRuns.RunAsync(Store.Create("straight", spec with { TotalSteps = 44 }), new RunOptions());
        JobFolder job = Store.Create("job", spec);
        await LoopRuns.RunAsync(job, new RunOptions());

        JobStatus resumed = await LoopRuns.RunAsync(job.Extend(44), new RunOptions());

        Assert.Equal((JobState.Done, 22L), (expected.State, expected.Step));
        Assert.Equal((expected.State, expected.Step, expected.WeightsDigest), (resumed.State, resumed.Step, resumed.WeightsDigest));
        Assert.Equal(JobState.Done, Store.Open("job").Summary().State);
    }

    [Fact]
    public async Task RunAsync_thatWasExtendedMeanwhile_endsStoppedAndNotDone()
    {
        JobFolder job = Store.Create("job", TinyJobs.Spec(steps: 5));
        JobStatus run = await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new ExtendingTrainer(trainer, job));

        JobSummary summary = Store.Open("job").Summary();
        Assert.Equal((JobState.Stopped, 5L), StateAndStep(run));
        Assert.Equal((JobState.Stopped, 9L), (summary.State, summary.TotalSteps));
        Assert.Equal((JobState.Done, 9L), StateAndStep(await LoopRuns.RunAsync(Store.Open("job"), new RunOptions())));
    }

    [Fact]
    public void Open_damagedExtension_saysSo()
    {
        JobFolder job = Store.Create("job", TinyJobs.Spec());
        File.WriteAllText(Path.Combine(job.Path, "extension-3.json"), "{");

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Store.Open("job"));

        Assert.EndsWith("extension-3.json' is damaged, or was written by another version of DistConv", e.Message);
    }

    private static (JobState State, long Step) StateAndStep(JobStatus status) => (status.State, status.Step);

    private static string Refusal(JobFolder job, long totalSteps) => Assert.Throws<InvalidInputException>(() => job.Extend(totalSteps)).Message;

    private static string[] Files(JobFolder job) => [.. Directory.EnumerateFiles(job.Path, "*", SearchOption.AllDirectories).Order()];

    /// <summary>Another process extends the job just when this one has begun to train it.</summary>
    private sealed class ExtendingTrainer(LocalTrainer trainer, JobFolder job) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            if (step == 2) File.WriteAllText(Path.Combine(job.Path, "extension-1.json"), """{"totalSteps":9,"step":0}""");
            return base.RunStepAsync(step, progress, measureNorms, cancellationToken);
        }
    }
}
