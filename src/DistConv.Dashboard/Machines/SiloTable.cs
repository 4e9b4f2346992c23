using DistConv.Dashboard.Api;
using DistConv.Training.Jobs;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Dashboard.Machines;

/// <summary>The silos of all running jobs, and those that were lost lately.</summary>
internal sealed class SiloTable
{
    private const string Computing = "computing", Idle = "idle", Lost = "lost";

    private readonly SortedDictionary<(string Silo, int ProcessId), SiloInfo> _rows = [];

    /// <summary>Adds the silos of a job.</summary>
    /// <param name="status">The job.</param>
    /// <param name="news">What happened to silos.</param>
    public void Add(JobStatus status, IReadOnlyList<SiloNews> news)
    {
        foreach (SiloStatus silo in status.Silos)
        {
            SiloNews? latest = news.FirstOrDefault(one => one.Key == (silo.Silo, silo.ProcessId));
            SiloInfo? known = _rows.GetValueOrDefault((silo.Silo, silo.ProcessId));
            int[] shards = [.. (known?.Shards ?? []).Union(silo.Shards).Order()];
            _rows[(silo.Silo, silo.ProcessId)] = new SiloInfo
            {
                Address = silo.Silo,
                Name = $"{silo.Host}, process {silo.ProcessId}",
                State = shards.Length > 0 ? Computing : Idle,
                Threads = silo.Threads,
                Shards = shards,
                ProcessorShare = silo.Load?.ProcessorShare ?? known?.ProcessorShare,
                MemoryBytes = silo.Load?.MemoryBytes ?? known?.MemoryBytes,
                Build = silo.Build,
                Note = latest?.Text ?? known?.Note,
                NoteTime = latest?.Time ?? known?.NoteTime,
            };
        }

        foreach (SiloNews lost in news.Where(one => one.IsLost))
        {
            _rows.TryAdd(lost.Key, new SiloInfo
            {
                Address = lost.Silo,
                Name = $"process {lost.ProcessId}",
                State = Lost,
                Threads = 0,
                Shards = [],
                Note = lost.Text,
                NoteTime = lost.Time,
            });
        }
    }

    /// <summary>The rows, by address.</summary>
    public IReadOnlyList<SiloInfo> ToRows() => [.. _rows.Values];
}
