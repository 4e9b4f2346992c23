using System.Collections.Concurrent;
using DistConv.Dashboard.Api;

namespace DistConv.Dashboard.Machines;

/// <summary>Keeps what lost silos computed last, if somebody was looking then, for as long as they are news.</summary>
/// <remarks>A silo leaves a job's status before the record says that it was lost: its lanes are kept from then on and shown once they are news.</remarks>
internal sealed class LostLanes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Seen[]> _seen = new(StringComparer.Ordinal);

    /// <summary>The lanes of a job with those of lost silos.</summary>
    /// <param name="job">The job.</param>
    /// <param name="lanes">The lanes of those who compute.</param>
    /// <param name="news">What happened to silos.</param>
    public Lane[] With(string job, Lane[] lanes, IReadOnlyList<SiloNews> news)
    {
        DateTimeOffset now = time.GetUtcNow();
        HashSet<string> computing = [.. lanes.Select(lane => lane.Silo)];
        Seen[] gone = [.. Kept(job).Where(seen => !computing.Contains(seen.Lane.Silo) && now - seen.At < SiloNews.Shown)];
        _seen[job] = [.. lanes.Select(lane => new Seen(lane, now)), .. gone];
        HashSet<string> lost = [.. news.Where(one => one.IsLost).Select(one => one.Silo)];
        return [.. lanes, .. gone.Select(seen => seen.Lane).Where(lane => lost.Contains(lane.Silo))];
    }

    /// <summary>Forgets the jobs that have not been seen for as long as news are shown; one that a silo takes over may not run for a moment.</summary>
    public void Trim()
    {
        DateTimeOffset oldest = time.GetUtcNow() - SiloNews.Shown;
        foreach ((string job, Seen[] lanes) in _seen)
        {
            if (lanes.All(seen => seen.At <= oldest)) _seen.TryRemove(job, out _);
        }
    }

    private Seen[] Kept(string job) => _seen.GetValueOrDefault(job) ?? [];

    private readonly record struct Seen(Lane Lane, DateTimeOffset At);
}
