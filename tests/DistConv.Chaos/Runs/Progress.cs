using System.Diagnostics;
using DistConv.Chaos.Harness;
using DistConv.Training.Jobs;

namespace DistConv.Chaos.Runs;

/// <summary>How a job went on after a fault.</summary>
/// <param name="Seconds">From the fault to the next completed step; null when the job had ended before one was needed.</param>
/// <param name="Failure">The clear failure that a resume mended, or null.</param>
internal sealed record Recovery(double? Seconds, string? Failure);

/// <summary>Waits for a job to go on.</summary>
internal static class Progress
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _resumeInterval = TimeSpan.FromSeconds(2);

    /// <summary>Waits for the next completed step; a job that failed is resumed once <paramref name="isOver"/>.</summary>
    /// <exception cref="TimeoutException">The job does not go on.</exception>
    /// <exception cref="InvalidOperationException">The job ended in a way that no fault explains.</exception>
    public static async Task<Recovery> ResumesAsync(RealCluster cluster, ClusterJob job, StepMark mark, Task isOver, TimeSpan limit, CancellationToken token)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<SeenStep> next = job.Observer.NextAsync(mark, limit, end.Token);
        string? failure = null;
        long resumedAt = 0;
        while (!next.IsCompleted)
        {
            await Task.WhenAny(next, Task.Delay(_interval, token));
            JobStatusRecord? status = job.Status;
            if (status is null or { State: JobState.Running or JobState.Queued }) continue;
            if (status.State == JobState.Done)
            {
                await end.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return new Recovery(null, failure);
            }

            if (status.State != JobState.Failed || status.Message?.StartsWith("internal error", StringComparison.Ordinal) != false)
                throw new InvalidOperationException($"job '{job.Id}' is {status.State}: {status.Message}");
            failure = status.Message;
            if (!isOver.IsCompleted || (resumedAt != 0 && Stopwatch.GetElapsedTime(resumedAt) < _resumeInterval)) continue;
            await cluster.TryCommandAsync(token, "jobs", "resume", job.Id, "--detach", "--quiet");
            resumedAt = Stopwatch.GetTimestamp();
        }

        SeenStep step = await next;
        return new Recovery(Stopwatch.GetElapsedTime(mark.At, step.SeenAt).TotalSeconds, failure);
    }
}
