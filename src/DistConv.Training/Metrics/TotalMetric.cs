using System.Diagnostics.Metrics;

namespace DistConv.Training.Metrics;

/// <summary>
/// A counter of the process. It is observable: adding is one addition, whether somebody listens or not, and every series is there with 0 from the first look
/// on, whenever that is.
/// </summary>
public sealed class TotalMetric
{
    private readonly IReadOnlyList<string> _values;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly long[] _totals;

    internal TotalMetric(Meter meter, MetricDefinition definition)
    {
        AttributeDefinition? attribute = definition.Attributes.SingleOrDefault();
        _values = attribute?.Values ?? [""];
        _tags = attribute is null ? [] : [.. _values.Select(value => KeyValuePair.Create(attribute.Name, (object?)value))];
        _totals = new long[_values.Count];
        meter.CreateObservableCounter(definition.Name, Observe, definition.Unit, definition.Help);
    }

    /// <summary>Adds to the only series. Any thread may.</summary>
    /// <param name="count">How much; not negative.</param>
    public void Add(long count) => Add(count, "");

    /// <summary>Adds to a series. Any thread may.</summary>
    /// <param name="count">How much; not negative.</param>
    /// <param name="value">The attribute's value, one of those in <see cref="MetricTable"/>.</param>
    public void Add(long count, string value) => Interlocked.Add(ref _totals[IndexOf(value)], count);

    /// <summary>The sum of a series so far. Any thread may ask.</summary>
    /// <param name="value">The attribute's value; empty: the only series.</param>
    /// <returns>What was added since the process began.</returns>
    public long Read(string value = "") => Interlocked.Read(ref _totals[IndexOf(value)]);

    private int IndexOf(string value)
    {
        for (int i = 0; i < _values.Count; i++)
        {
            if (_values[i] == value) return i;
        }

        throw new ArgumentException($"'{value}' is not a value of this metric's attribute: {string.Join(", ", _values)}", nameof(value));
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        for (int i = 0; i < _totals.Length; i++)
        {
            long total = Interlocked.Read(ref _totals[i]);
            yield return _tags.Length == 0 ? new Measurement<long>(total) : new Measurement<long>(total, _tags[i]);
        }
    }
}
