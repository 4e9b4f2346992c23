using DistConv.Training.Jobs;

namespace DistConv.Client.Running;

/// <summary>Watches a job that this process trains to its end.</summary>
/// <param name="progress">The job.</param>
/// <param name="end">Asks for its end at a step boundary.</param>
/// <param name="time">The clock.</param>
/// <param name="report">Gets each status.</param>
internal sealed class JobSession(IJobProgress progress, Func<Task> end, TimeProvider time, Action<JobStatus> report)
{
    /// <summary>Watches. When <paramref name="stop"/> is requested, the job is asked to end at a step boundary and is watched until it has.</summary>
    /// <returns>Its last status: done, stopped, interrupted or failed.</returns>
    public async Task<JobStatus> RunAsync(CancellationToken stop)
    {
        TaskCompletionSource stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stop.Register(stopRequested.SetResult);
        bool asked = false;
        JobStatus? last = null;
        await foreach (JobLook look in progress.LooksAsync(time, PauseAsync, CancellationToken.None))
        {
            report(last = look.Status);
            if (look.HasEnded || !stop.IsCancellationRequested || asked) continue;
            asked = true;
            await end();
        }

        return last!;

        Task PauseAsync(TimeSpan span)
        {
            Task pause = Task.Delay(span, time, CancellationToken.None);
            return asked ? pause : Task.WhenAny(pause, stopRequested.Task);
        }
    }
}
