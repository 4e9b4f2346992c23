using System.Diagnostics.Metrics;
using DistConv.Training.Metrics;

namespace DistConv.Training.Tests.Metrics;

/// <summary>Listens to DistConv's meter. Other tests train at the same time: ask for what is one's own.</summary>
internal sealed class MetricProbe : IDisposable
{
    /// <summary>Tests of the one registry of jobs do not run at the same time.</summary>
    public const string Collection = "metrics";

    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<(string Name, double Value, Dictionary<string, object?> Tags)> _seen = [];

    public MetricProbe()
    {
        _ = Telemetry.Jobs;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Reads all observable instruments now, and gives what one job's say: "loss", or "evaluation.loss test".</summary>
    public SortedDictionary<string, double> OfJob(string job)
    {
        lock (_gate) _seen.Clear();
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return new(_seen.Where(seen => seen.Tags.GetValueOrDefault("job_id") as string == job).ToDictionary(
                seen => seen.Name["distconv.job.".Length..] + (seen.Tags.TryGetValue("set", out object? set) ? $" {set}" : ""), seen => seen.Value));
        }
    }

    /// <summary>Reads all observable instruments now, and gives the values of one.</summary>
    public Dictionary<string, double> Of(MetricDefinition metric)
    {
        lock (_gate) _seen.Clear();
        _listener.RecordObservableInstruments();
        return Recorded(metric).ToDictionary(seen => seen.Tag, seen => seen.Value);
    }

    /// <summary>What was recorded of one since the last reading.</summary>
    public IReadOnlyList<(string Tag, double Value)> Recorded(MetricDefinition metric)
    {
        lock (_gate)
            return [.. _seen.Where(seen => seen.Name == metric.Name).Select(seen => (string.Join(' ', seen.Tags.Values), seen.Value))];
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Dictionary<string, object?> all = new(tags.ToArray());
        lock (_gate) _seen.Add((instrument.Name, value, all));
    }
}
