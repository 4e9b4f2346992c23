using System.Runtime.CompilerServices;

namespace DistConv.Client.Running;

/// <summary>Looks at jobs until they end.</summary>
internal static class JobLooks
{
    /// <summary>Longest and shortest time between two looks at a job; in between, an eighth of the time that it has been watched, so that a short job's end is
    /// seen at once.</summary>
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(200), _shortestPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again. The last look shows how the job ended.</summary>
    /// <param name="progress">The job.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pause">Waits between two looks, for the given time or less; null: for that time.</param>
    /// <param name="cancellation">Ends the watching.</param>
    public static async IAsyncEnumerable<JobLook> LooksAsync(
        this IJobProgress progress, TimeProvider time, Func<TimeSpan, Task>? pause, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            JobLook look = await progress.LookAsync(cancellation);
            yield return look;
            if (look.HasEnded) yield break;
            TimeSpan span = Pause(time.GetElapsedTime(started));
            await (pause is null ? Task.Delay(span, time, cancellation) : pause(span));
        }
    }

    private static TimeSpan Pause(TimeSpan elapsed) =>
        elapsed / 8 < _shortestPause ? _shortestPause : elapsed / 8 > _longestPause ? _longestPause : elapsed / 8;
}
