using DistConv.Cli.Running;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using Xunit;

namespace DistConv.Cli.Tests.Running;

public sealed class JobSessionTests
{
    [Fact]
    public async Task RunAsync_jobEnds_returnsItsLastStatus()
    {
        ScriptedRunner runner = new(stepsToEnd: 3);
        List<long> seen = [];
        JobStatus status = await new JobSession(runner, new ManualTime(), s => seen.Add(s.Step)).RunAsync("j", new RunOptions(), TestContext.Current.CancellationToken);
        Assert.Equal((JobState.Done, 3L), (status.State, status.Step));
        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(0, runner.Stops);
    }

    [Fact]
    public async Task RunAsync_stopRequested_asksOnceAndWaitsForTheSnapshot()
    {
        using CancellationTokenSource stop = new();
        ScriptedRunner runner = new(stepsToEnd: 1000) { PollsToStop = 3 };
        JobSession session = new(runner, new ManualTime(), status =>
        {
            if (status.Step == 2) stop.Cancel();
        });
        JobStatus status = await session.RunAsync("j", new RunOptions(), stop.Token);
        Assert.Equal(JobState.Stopped, status.State);
        Assert.Equal(1, runner.Stops);
        Assert.Equal(5, status.Step);
    }

    [Fact]
    public async Task RunAsync_failedJob_returns()
    {
        ScriptedRunner runner = new(stepsToEnd: 2) { End = JobState.Failed };
        JobStatus status = await new JobSession(runner, new ManualTime(), _ => { }).RunAsync("j", new RunOptions(), TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Failed, status.State);
    }

    /// <summary>A job that does one step between two looks.</summary>
    private sealed class ScriptedRunner(long stepsToEnd) : IJobRunner
    {
        private long _step;

        public int Stops { get; private set; }

        public long PollsToStop { get; init; }

        public JobState End { get; init; } = JobState.Done;

        private long? StoppedAt { get; set; }

        public Task StartAsync(string job, RunOptions options) => Task.CompletedTask;

        public Task<JobStatus> GetStatusAsync(string job)
        {
            _step++;
            JobState state = _step == stepsToEnd ? End : _step >= StoppedAt ? JobState.Stopped : JobState.Running;
            return Task.FromResult(new JobStatus { Job = job, State = state, Step = _step });
        }

        public Task StopAsync(string job)
        {
            Stops++;
            StoppedAt = _step + PollsToStop;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
