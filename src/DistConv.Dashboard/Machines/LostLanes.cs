using System.Collections.Concurrent;
using DistConv.Dashboard.Api;
using DistConv.Training.Jobs;

namespace DistConv.Dashboard.Machines;

/// <summary>Keeps what lost silos computed last, if somebody was looking then, for as long as they are news.</summary>
internal sealed class LostLanes
{
    private readonly ConcurrentDictionary<string, Lane[]> _seen = new(StringComparer.Ordinal);

    /// <summary>The lanes of a job with those of lost silos.</summary>
    /// <param name="status">The job.</param>
    /// <param name="lanes">The lanes of those who compute.</param>
    /// <param name="news">What happened to silos.</param>
    public Lane[] With(JobStatus status, Lane[] lanes, IReadOnlyList<SiloNews> news)
    {
        HashSet<string> lost = [.. news.Where(one => one.IsLost).Select(one => one.Silo)];
        lost.ExceptWith(status.Silos.Select(silo => silo.Silo));
        Lane[] seen = _seen.GetValueOrDefault(status.Job) ?? [];
        return _seen[status.Job] = [.. lanes, .. seen.Where(lane => lost.Contains(lane.Silo))];
    }

    /// <summary>Forgets the jobs that do not run.</summary>
    public void KeepOnly(IEnumerable<string> jobs)
    {
        foreach (string job in _seen.Keys.Except(jobs)) _seen.TryRemove(job, out _);
    }
}
