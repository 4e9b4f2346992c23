using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Cli.Running;

/// <summary>Starts a job and watches it to its end.</summary>
internal sealed class JobSession(IJobRunner runner, TimeProvider time, Action<JobStatus> report)
{
    /// <summary>Time between two looks at the job.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a job. When <paramref name="stop"/> is requested, the job is asked to end at a step boundary and is watched until it has.</summary>
    /// <returns>Its last status: done, stopped, interrupted or failed.</returns>
    public async Task<JobStatus> RunAsync(string job, RunOptions options, CancellationToken stop)
    {
        TaskCompletionSource stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stop.Register(stopRequested.SetResult);
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

            Task pause = Task.Delay(PollInterval, time, CancellationToken.None);
            await (asked ? pause : Task.WhenAny(pause, stopRequested.Task));
        }
    }
}
