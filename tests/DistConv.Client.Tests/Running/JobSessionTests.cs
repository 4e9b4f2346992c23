using DistConv.Cli.Tests.Support;
using DistConv.Client.Running;
using DistConv.Training.Jobs;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Client.Tests.Running;

public sealed class JobSessionTests
{
    [Fact]
    public async Task RunAsync_jobEnds_returnsItsLastStatus()
    {
        ScriptedJob job = new(stepsToEnd: 3);
        List<long> seen = [];
        JobStatus status = await new JobSession(job, job.StopAsync, new ManualTime(), s => seen.Add(s.Step)).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JobState.Done, 3L), (status.State, status.Step));
        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(0, job.Stops);
    }

    [Fact]
    public async Task RunAsync_stopRequested_asksOnceAndWaitsForTheSnapshot()
    {
        using CancellationTokenSource stop = new();
        ScriptedJob job = new(stepsToEnd: 1000) { PollsToStop = 3 };
        JobSession session = new(job, job.StopAsync, new ManualTime(), status =>
        {
            if (status.Step == 2) stop.Cancel();
        });
        JobStatus status = await session.RunAsync(stop.Token);
        Assert.Equal(JobState.Stopped, status.State);
        Assert.Equal(1, job.Stops);
        Assert.Equal(5, status.Step);
    }

    [Fact]
    public async Task RunAsync_failedJob_returns()
    {
        ScriptedJob job = new(stepsToEnd: 2) { End = JobState.Failed };
        JobStatus status = await new JobSession(job, job.StopAsync, new ManualTime(), _ => { }).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Failed, status.State);
    }

    /// <summary>A job that does one step between two looks.</summary>
    private sealed class ScriptedJob(long stepsToEnd) : IJobProgress
    {
        private long _step;

        public int Stops { get; private set; }

        public long PollsToStop { get; init; }

        public JobState End { get; init; } = JobState.Done;

        private long? StoppedAt { get; set; }

        public string Job => "j";

        public JobSpec Specification => throw new NotSupportedException();

        public ShardPlan Plan => throw new NotSupportedException();

        public int EpochCount => 0;

        public Task<JobLook> LookAsync(CancellationToken cancellation)
        {
            _step++;
            JobState state = _step == stepsToEnd ? End : _step >= StoppedAt ? JobState.Stopped : JobState.Running;
            return Task.FromResult(new JobLook(new JobStatus { Job = Job, State = state, Step = _step }, []));
        }

        public Task StopAsync()
        {
            Stops++;
            StoppedAt = _step + PollsToStop;
            return Task.CompletedTask;
        }
    }
}
