using DistConv.Training.Jobs;

namespace DistConv.Client.Running;

/// <summary>Watches a job that this process trains to its end.</summary>
/// <param name="progress">The job.</param>
/// <param name="end">Asks for its end at a step boundary.</param>
/// <param name="time">The clock.</param>
/// <param name="report">Gets each status.</param>
internal sealed class JobSession(IJobProgress progress, Func<Task> end, TimeProvider time, Action<JobStatus> report)
{
    /// <summary>Longest and shortest time between two looks at the job; in between, an eighth of the time that it has run, so that a short job's end is seen at
    /// once.</summary>
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200), _shortestPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Watches. When <paramref name="stop"/> is requested, the job is asked to end at a step boundary and is watched until it has.</summary>
    /// <returns>Its last status: done, stopped, interrupted or failed.</returns>
    public async Task<JobStatus> RunAsync(CancellationToken stop)
    {
        TaskCompletionSource stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stop.Register(stopRequested.SetResult);
        long started = time.GetTimestamp();
        bool asked = false;
        while (true)
        {
            JobLook look = await progress.LookAsync(CancellationToken.None);
            report(look.Status);
            if (look.HasEnded) return look.Status;
            if (stop.IsCancellationRequested && !asked)
            {
                asked = true;
                await end();
            }

            Task pause = Task.Delay(Pause(time.GetElapsedTime(started)), time, CancellationToken.None);
            await (asked ? pause : Task.WhenAny(pause, stopRequested.Task));
        }
    }

    /// <summary>The time until the next look at a job that has been watched for a while.</summary>
    public static TimeSpan Pause(TimeSpan elapsed) =>
        elapsed / 8 < _shortestPause ? _shortestPause : elapsed / 8 > _longestPause ? _longestPause : elapsed / 8;
}
