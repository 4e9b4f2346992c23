using System.Diagnostics.Metrics;
using System.Globalization;

namespace DistConv.Training.Metrics;

/// <summary>
/// The processor time of some threads, as a counter of seconds. It is read where the system keeps it, when somebody looks, so the threads pay nothing for it.
/// Linux tells it to the nanosecond in /proc; elsewhere the counter has no series.
/// </summary>
public sealed class ThreadTimeMetric
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private long _ended;

    internal ThreadTimeMetric(Meter meter, MetricDefinition definition) =>
        meter.CreateObservableCounter(definition.Name, Observe, definition.Unit, definition.Help);

    /// <summary>Counts the calling thread.</summary>
    /// <returns>To be disposed on the same thread before it ends; null: this system does not tell.</returns>
    public IDisposable? Enter()
    {
        if (Find() is not { } path || Entry.Read(path) is not { } start) return null;
        Entry entry = new(this, path, start);
        lock (_gate) _entries.Add(entry);
        return entry;
    }

    /// <summary>Seconds of processor time so far, of threads that have ended too. Any thread may ask.</summary>
    /// <returns>Null: this system does not tell.</returns>
    public double? ReadSeconds()
    {
        if (Find() is null) return null;
        lock (_gate) return (_ended + _entries.Sum(entry => entry.Elapsed)) * 1e-9;
    }

    private IEnumerable<Measurement<double>> Observe() => ReadSeconds() is { } seconds ? [new Measurement<double>(seconds)] : [];

    /// <summary>Where the system tells about the calling thread; null: nowhere.</summary>
    private static string? Find()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            string? thread = File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)?.FullName;
            return thread is not null && File.Exists($"{thread}/schedstat") ? $"{thread}/schedstat" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed class Entry(ThreadTimeMetric metric, string path, long start) : IDisposable
    {
        /// <summary>Nanoseconds since the thread entered.</summary>
        public long Elapsed => Read(path) is { } now ? now - start : 0;

        /// <summary>The first of three numbers: nanoseconds on a processor.</summary>
        public static long? Read(string path)
        {
            try
            {
                string text = File.ReadAllText(path);
                return long.TryParse(text.AsSpan(0, int.Max(text.IndexOf(' ', StringComparison.Ordinal), 0)), CultureInfo.InvariantCulture, out long time)
                    ? time : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        public void Dispose()
        {
            lock (metric._gate)
            {
                if (metric._entries.Remove(this)) metric._ended += Elapsed;
            }
        }
    }
}
