using DistConv.Cli.Context;
using DistConv.Cli.Progress;
using DistConv.Cli.Tests.Support;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Client.Running;
using DistConv.Shared.Tests;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Cli.Tests.Progress;

/// <summary>A real job folder, written by this test as a trainer writes it: 100 steps, ten an epoch.</summary>
public sealed class StoredProgressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<long> _seen = [];
    private readonly JobFolder _job;

    public StoredProgressTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        TrainingRequest request = new()
        {
            Data = TrainingData.Idx(_folder["data"]),
            Model = ModelSource.Json(TinyData.Model),
            Samples = 100,
            GlobalBatch = 10,
            Steps = 100,
        };
        TrainingPlan plan = JobPlanner.PlanAsync(request, new DataOptions(), CancellationToken.None).GetAwaiter().GetResult();
        _job = new JobStore(_folder["store"], _time).Create("j", plan.Specification);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Look_neverStarted_isQueued()
    {
        Assert.Equal((JobState.Queued, 0L), State(new StoredProgress(_job, _time)));
    }

    [Fact]
    public void Look_runningJob_followsItsRecord()
    {
        StoredProgress stored = new(_job, _time);
        using JobLock gate = _job.TryAcquireLock()!;
        long fence = _job.ClaimFence();
        using RecordWriter record = _job.OpenRecord(fence, layers: 1);
        WriteStatus(JobState.Running, 0, fence);
        record.AppendSteps(0, 11);
        record.Flush();
        JobStatus status = Look(stored);
        Assert.Equal((JobState.Running, 11L, 2, 10), (status.State, status.Step, status.Epoch, status.EpochCount));
        Assert.Equal((10.0, 0.5, 2000.0), (status.Loss, status.Accuracy, status.SamplesPerSecond));
        record.AppendSteps(11, 13);
        Assert.Equal(11, Look(stored).Step); // Not flushed yet.
        record.Flush();
        status = Look(stored);
        Assert.Equal((13L, 11.0, 13L), (status.Step, status.Loss, _seen.Max() + 1));
    }

    [Fact]
    public void Look_rowHalfWritten_waitsForItsRest()
    {
        StoredProgress stored = new(_job, _time);
        using JobLock gate = _job.TryAcquireLock()!;
        long fence = _job.ClaimFence();
        WriteStatus(JobState.Running, 0, fence);
        using (RecordWriter record = _job.OpenRecord(fence, layers: 1)) record.AppendSteps(4, 7);
        string path = Assert.Single(Directory.GetFiles(_job.Path, "record-*"));
        byte[] whole = File.ReadAllBytes(path);
        whole[^150] ^= 1; // In the second row.
        File.WriteAllBytes(path, whole[..100]);
        Assert.Equal(0, Look(stored).Step);
        File.WriteAllBytes(path, whole);
        JobStatus status = Look(stored);
        Assert.Equal((7L, 5.0), (status.Step, status.Loss)); // Of steps 4 and 6: the damaged row between them is skipped.
    }

    [Fact]
    public void Look_resumedUnderANewFence_goesBackToItsSteps()
    {
        StoredProgress stored = new(_job, _time);
        using JobLock gate = _job.TryAcquireLock()!;
        long first = _job.ClaimFence();
        using (RecordWriter record = _job.OpenRecord(first, layers: 1)) record.AppendSteps(0, 18);
        WriteStatus(JobState.Running, 0, first);
        Assert.Equal(18, Look(stored).Step);
        long second = _job.ClaimFence();
        WriteStatus(JobState.Running, 15, second);
        using (RecordWriter record = _job.OpenRecord(second, layers: 1)) record.AppendSteps(15, 17);
        JobStatus status = Look(stored);
        Assert.Equal((17L, 13.5), (status.Step, status.Loss)); // Steps 10 to 17 once each: the repeated ones have the same bits.
        Assert.Equal(18, _seen.Max() + 1);
    }

    [Fact]
    public void Look_processDied_isInterruptedAfterAWhile()
    {
        StoredProgress stored = new(_job, _time);
        WriteStatus(JobState.Running, 7, _job.ClaimFence());
        Assert.Equal((JobState.Running, 7L), State(stored));
        _time.Advance(StoredProgress.Grace);
        Assert.Equal((JobState.Interrupted, 7L), State(stored));
    }

    [Theory]
    [InlineData(JobState.Stopped)]
    [InlineData(JobState.Failed)]
    public void Look_endedJobThatIsHeldAgain_isAboutToGoOn(JobState state)
    {
        StoredProgress stored = new(_job, _time);
        WriteStatus(state, 7, _job.ClaimFence());
        Assert.Equal((state, 7L), State(stored));
        using JobLock gate = _job.TryAcquireLock()!;
        Assert.Equal(JobState.Running, State(stored).State);
        WriteStatus(JobState.Running, 7, _job.ClaimFence());
        Assert.Equal(JobState.Running, State(stored).State);
        WriteStatus(JobState.Done, 100, _job.HighestFence());
        Assert.Equal((JobState.Done, 100L), State(stored));
    }

    [Fact]
    public async Task RunAsync_jobEndsWhileWatched_showsEpochsOnceAndReturnsItsStatus()
    {
        RecordingOutput output = new() { IsLive = true };
        using JobLock gate = _job.TryAcquireLock()!;
        long fence = _job.ClaimFence();
        WriteStatus(JobState.Running, 0, fence);
        using RecordWriter record = _job.OpenRecord(fence, layers: 1);
        PolledTime time = new(_time, poll =>
        {
            record.AppendSteps(poll * 10, (poll + 1) * 10);
            record.Flush();
            WriteStatus(poll == 9 ? JobState.Done : JobState.Running, (poll + 1) * 10, fence, poll + 1);
        });
        JobStatus? status = await new JobWatch(new StoredProgress(_job, time), Context(output, time)).RunAsync();
        Assert.Equal((JobState.Done, 100L), (status!.State, status.Step));
        Assert.Equal(10, output.Said.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.Empty(output.Warned);
        Assert.Equal([true], output.LiveEnds);
    }

    [Fact]
    public async Task RunAsync_interruptedWatcher_leavesTheJobAlone()
    {
        using CancellationTokenSource stop = new();
        RecordingOutput output = new() { IsLive = true };
        using JobLock gate = _job.TryAcquireLock()!;
        WriteStatus(JobState.Running, 5, _job.ClaimFence());
        PolledTime time = new(_time, _ => stop.Cancel());
        Assert.Null(await new JobWatch(new StoredProgress(_job, time), Context(output, time) with { Stop = stop.Token }).RunAsync());
        Assert.Equal([true], output.LiveEnds);
        Assert.Equal(JobState.Running, _job.ReadStatus()!.State);
    }

    private static CliContext Context(RecordingOutput output, TimeProvider time) =>
        new(output, time, _ => null, TestContext.Current.CancellationToken);

    private (JobState State, long Step) State(StoredProgress stored)
    {
        JobStatus status = Look(stored);
        return (status.State, status.Step);
    }

    private void WriteStatus(JobState state, long step, long fence, int epoch = 0)
    {
        EpochMetrics? last = epoch == 0 ? null : new EpochMetrics(epoch, step, 1, 0.5, 1, 0.5, 1, 100, CoverageProof.Expected(100).ToString());
        _job.WriteStatus(new JobStatusRecord { State = state, Step = step, UpdatedAt = DateTimeOffset.UnixEpoch, LastEpoch = last }, fence);
    }

    private JobStatus Look(StoredProgress stored)
    {
        JobLook look = stored.Look();
        _seen.AddRange(look.Steps.Select(step => step.Step));
        return look.Status;
    }

    /// <summary>Something happens whenever somebody begins to wait.</summary>
    private sealed class PolledTime(TimeProvider inner, Action<int> poll) : TimeProvider
    {
        private int _polls;

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan) poll(_polls++);
            return inner.CreateTimer(callback, state, dueTime, period);
        }
    }
}
