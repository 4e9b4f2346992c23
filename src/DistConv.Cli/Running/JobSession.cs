using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Cli.Running;

/// <summary>Starts a job and watches it to its end.</summary>
internal sealed class JobSession(IJobRunner runner, TimeProvider time, Action<JobStatus> report)
{
    /// <summary>Longest and shortest time between two looks at the job; in between, an eighth of the time that it has run, so that a short job's end is seen at once.</summary>
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200), _shortestPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a job. When <paramref name="stop"/> is requested, the job is asked to end at a step boundary and is watched until it has.</summary>
    /// <returns>Its last status: done, stopped, interrupted or failed.</returns>
    public async Task<JobStatus> RunAsync(string job, RunOptions options, CancellationToken stop)
    {
        TaskCompletionSource stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stop.Register(stopRequested.SetResult);
        long started = time.GetTimestamp();
        await runner.StartAsync(job, options);
        bool asked = false;
        while (true)
        {
            JobStatus status = await runner.GetStatusAsync(job);
            report(status);
            if (status.State is not (JobState.Queued or JobState.Running)) return status;
            if (stop.IsCancellationRequested && !asked)
            {
                asked = true;
                await runner.StopAsync(job);
            }

            Task pause = Task.Delay(Pause(time.GetElapsedTime(started)), time, CancellationToken.None);
            await (asked ? pause : Task.WhenAny(pause, stopRequested.Task));
        }
    }

    private static TimeSpan Pause(TimeSpan elapsed) =>
        elapsed / 8 < _shortestPause ? _shortestPause : elapsed / 8 > _longestPause ? _longestPause : elapsed / 8;
}
