using System.Diagnostics.Metrics;

namespace DistConv.Training.Metrics;

/// <summary>A gauge that is read from whoever is registered when somebody looks: instruments live as long as the process, and silos do not.</summary>
public sealed class ObservedMetric
{
    private readonly Lock _gate = new();
    private readonly string? _attribute;
    private Source[] _sources = [];

    internal ObservedMetric(Meter meter, MetricDefinition definition)
    {
        _attribute = definition.Attributes.SingleOrDefault()?.Name;
        meter.CreateObservableGauge(definition.Name, Observe, definition.Unit, definition.Help);
    }

    /// <summary>Registers a single value.</summary>
    /// <param name="read">Reads it, on the thread of whoever looks; null: there is none now.</param>
    /// <returns>To be disposed when there is nothing to read any more.</returns>
    public IDisposable Register(Func<double?> read) =>
        Add(new Source(this, () => read() is { } value ? [new Measurement<double>(value)] : []));

    /// <summary>Registers a value for each value of the metric's attribute.</summary>
    /// <param name="read">Reads them, likewise.</param>
    /// <returns>To be disposed when there is nothing to read any more.</returns>
    public IDisposable Register(Func<IEnumerable<(string Value, double Count)>> read) => Add(new Source(
        this, () => read().Select(entry => new Measurement<double>(entry.Count, KeyValuePair.Create(_attribute!, (object?)entry.Value)))));

    private Source Add(Source source)
    {
        lock (_gate) _sources = [.. _sources, source];
        return source;
    }

    private IEnumerable<Measurement<double>> Observe() => Volatile.Read(ref _sources).SelectMany(source => source.Read());

    private sealed class Source(ObservedMetric metric, Func<IEnumerable<Measurement<double>>> read) : IDisposable
    {
        public IEnumerable<Measurement<double>> Read() => read();

        public void Dispose()
        {
            lock (metric._gate) metric._sources = [.. metric._sources.Where(source => source != this)];
        }
    }
}
