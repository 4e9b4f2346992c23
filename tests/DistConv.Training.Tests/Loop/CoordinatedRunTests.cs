using System.Collections.Concurrent;
using System.Diagnostics;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>Runs that others end, take over, or ask to end.</summary>
public sealed class CoordinatedRunTests : IDisposable
{
    private const string Silo = "10.0.0.3:11111@4711", OtherSilo = "10.0.0.4:11111@4712";

    private readonly TemporaryFolder _folder = new();
    private readonly ComputePool _pool = new(1);
    private readonly JobFolder _job;
    private readonly GatedTrainer _trainer;

    public CoordinatedRunTests()
    {
        _job = Job("job");
        _trainer = new GatedTrainer(Trainer(_job));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _trainer.Dispose();
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(JobRequest.Pause, JobState.Paused, false)]
    [InlineData(JobRequest.Cancel, JobState.Cancelled, true)]
    public async Task Request_duringARun_endsItAtAStepWithASnapshot_andAResumeGivesTheSameBits(JobRequest request, JobState state, bool isCluster)
    {
        JobStatus expected = await LoopRuns.RunAsync(Job("straight"), new RunOptions());
        _trainer.HoldAt = 5;
        JobStatus ended;
        await using (TrainingLoop loop = Loop(isCluster ? new CoordinatorRun(Silo) : null))
        {
            Task<JobStatus> run = loop.RunAsync(Token);
            await _trainer.Held;
            Assert.True(_job.Request(request));
            loop.Nudge();
            await UntilAsync(() => loop.AsksFor(request));
            _trainer.LetGo();
            ended = await run;
        }

        Assert.Equal((state, 6L), (ended.State, ended.Step));
        Assert.Equal((state, 6L), (_job.ReadStatus()!.State, _job.LatestVerified(out _)!.Snapshot.Step));
        Assert.Equal(isCluster, _job.ReadClaim()!.IsReleased);
        JobStatus resumed = await LoopRuns.RunAsync(_job, new RunOptions());
        Assert.Equal((JobState.Done, expected.WeightsDigest), (resumed.State, resumed.WeightsDigest));
    }

    [Fact]
    public async Task RequestHandover_leavesSnapshotAndReleasedClaim_andTheSuccessorGivesTheSameBits()
    {
        JobStatus expected = await LoopRuns.RunAsync(Job("straight"), new RunOptions());
        _trainer.HoldAt = 5;
        await using (TrainingLoop loop = Loop(new CoordinatorRun(Silo)))
        {
            Task<JobStatus> run = loop.RunAsync(Token);
            await _trainer.Held;
            loop.RequestHandover();
            _trainer.LetGo();
            Assert.Equal((JobState.Interrupted, 6L), ((await run).State, loop.Status.Step));
            Assert.False(_job.ReadClaim()!.IsReleased);
        }

        Assert.Equal((JobState.Running, true, true), (_job.ReadStatus()!.State, _job.IsKept, _job.ReadClaim()!.IsReleased));
        Assert.Equal(6, _job.LatestVerified(out _)!.Snapshot.Step);
        using LocalTrainer trainer = Trainer(_job);
        await using TrainingLoop next = new(_job, trainer, new RunOptions(), TimeProvider.System, new CoordinatorRun(OtherSilo, After: 1));
        Assert.Equal((JobState.Done, expected.WeightsDigest), ((await next.RunAsync(Token)).State, next.Status.WeightsDigest));
    }

    [Fact]
    public async Task TakenOver_whileItHangs_endsWithoutAStatus_andTheSuccessorGoesOnWithoutTheLock()
    {
        JobStatus expected = await LoopRuns.RunAsync(Job("straight"), new RunOptions());
        _trainer.HoldAt = 5;
        await using TrainingLoop hangs = Loop(new CoordinatorRun(Silo));
        Task<JobStatus> run = hangs.RunAsync(Token);
        await _trainer.Held;

        using LocalTrainer trainer = Trainer(_job);
        await using TrainingLoop next = new(_job, trainer, new RunOptions(), TimeProvider.System, new CoordinatorRun(OtherSilo, After: 1));
        JobStatus fenced = await run; // Nobody lets the step go.
        JobStatus done = await next.RunAsync(Token);

        Assert.IsType<FencedException>(hangs.Failure);
        Assert.Equal("job 'job' was taken over by another process (claim 1 is outbid): this one stops", fenced.Message);
        Assert.Equal((JobState.Done, expected.WeightsDigest), (done.State, done.WeightsDigest));
        Assert.Equal((JobState.Done, 2L), (_job.ReadStatus()!.State, _job.Snapshots()[^1].Fence));
        Assert.Equal(Enumerable.Range(0, 25).Select(step => (long)step), _job.ReadRecordTable().Steps.Select(entry => entry.Step));
    }

    [Fact]
    public async Task Claim_ofACoordinator_growsWhileAStepHangs()
    {
        _trainer.HoldAt = 1;
        await using TrainingLoop loop = Loop(new CoordinatorRun(Silo));
        Task<JobStatus> run = loop.RunAsync(Token);
        await _trainer.Held;
        long length = _job.ReadClaim()!.Length;

        await UntilAsync(() => _job.ReadClaim()!.Length >= length + 2);

        Assert.Equal(ClaimOwner.Here(Silo), _job.ReadClaim()!.Owner);
        _trainer.LetGo();
        await run;
    }

    /// <summary>Whatever it is that does not return: after a time that no step has needed, also among the first ones, another coordinator takes over.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public async Task Claim_ofAStepThatDoesNotEnd_lapses_andASuccessorGoesOn(int step)
    {
        _trainer.HoldAt = step;
        ConcurrentQueue<(long Step, string Waiting)> told = [];
        TimeSpan patience = TimeSpan.FromMilliseconds(step == 1 ? 1_000 : 1);
        await using TrainingLoop hangs = Loop(new CoordinatorRun(Silo) { StallPatience = patience, Stalled = (at, waiting) => told.Enqueue((at, waiting)) });
        Task<JobStatus> run = hangs.RunAsync(Token);
        await _trainer.Held;
        (long length, long since) = (0, Stopwatch.GetTimestamp());
        await UntilAsync(() =>
        {
            if (_job.ReadClaim()!.Length is var now && now != length) (length, since) = (now, Stopwatch.GetTimestamp());
            return Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(2); // Eight beats.
        });

        using LocalTrainer trainer = Trainer(_job);
        await using TrainingLoop next = new(_job, trainer, new RunOptions(), TimeProvider.System, new CoordinatorRun(OtherSilo, After: 1));
        await run;
        Assert.IsType<FencedException>(hangs.Failure);
        Assert.Equal((step, "its own threads"), Assert.Single(told));
        Assert.Equal(JobState.Done, (await next.RunAsync(Token)).State);
    }

    [Fact]
    public async Task Takeover_meetsTheRequestsOfTheRunBefore_andAResumeDoesNot()
    {
        await DieAsync(after: null);
        Assert.True(_job.Request(JobRequest.Pause, isKept: true));
        await DieAsync(after: 1); // One that dies before it can meet it changes nothing.

        using LocalTrainer trainer = Trainer(_job);
        await using (TrainingLoop next = new(_job, trainer, new RunOptions(), TimeProvider.System, new CoordinatorRun(OtherSilo, After: 2)))
        {
            await UntilAsync(() => next.AsksFor(JobRequest.Pause));
            Assert.Equal((JobState.Paused, 0L), ((await next.RunAsync(Token)).State, next.Status.Step));
        }

        using LocalTrainer another = Trainer(_job);
        await using TrainingLoop resumed = new(_job, another, new RunOptions(), TimeProvider.System, new CoordinatorRun(OtherSilo));
        Assert.Equal(new RunRecord(null, null, 5, Since: 4), _job.ReadRun());
        Assert.Equal(JobState.Done, (await resumed.RunAsync(Token)).State);
    }

    [Fact]
    public async Task Constructor_tooLateOrBesideALocalRun_isRefused()
    {
        await using (TrainingLoop local = Loop(null))
        {
            Assert.Throws<InvalidInputException>(() => Loop(new CoordinatorRun(Silo)));
        }

        await DieAsync(after: null);
        FencedException late = Assert.Throws<FencedException>(() => Loop(new CoordinatorRun(Silo, After: 1)));
        Assert.Equal(1, late.Fence);
        Assert.Equal(2, _job.HighestFence());
        Assert.Throws<InvalidInputException>(() => Loop(null)); // Its claim is younger than ten seconds.
        Assert.Equal(2, _job.HighestFence());
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(5, patience.Token);
    }

    /// <summary>A coordinator that is killed: nothing ends, nothing is released.</summary>
    private async Task DieAsync(long? after)
    {
        using LocalTrainer trainer = Trainer(_job);
        await using TrainingLoop loop = new(_job, trainer, new RunOptions(), TimeProvider.System, new CoordinatorRun(Silo, after));
    }

    private TrainingLoop Loop(CoordinatorRun? cluster) => new(_job, _trainer, new RunOptions(), TimeProvider.System, cluster);

    private LocalTrainer Trainer(JobFolder job) => new(job.Spec, TinyJobs.Data(job.Spec.Samples), _pool, KernelSets.Supported[^1]);

    private JobFolder Job(string id) => new JobStore(_folder.Root).Create(id, TinyJobs.Spec());

    /// <summary>A trainer that stops before a step until it is let go, or its wait ends.</summary>
    private sealed class GatedTrainer(LocalTrainer trainer) : WrappedTrainer(trainer), IDisposable
    {
        private readonly LocalTrainer _trainer = trainer;
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long HoldAt { get; set; } = -1;

        public Task Held => _held.Task;

        public void LetGo() => _go.SetResult();

        public override async ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            if (step == HoldAt)
            {
                _held.SetResult();
                await _go.Task.WaitAsync(cancellationToken);
            }

            return await base.RunStepAsync(step, progress, measureNorms, cancellationToken);
        }

        public void Dispose() => _trainer.Dispose();
    }
}
