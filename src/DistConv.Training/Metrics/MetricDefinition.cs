namespace DistConv.Training.Metrics;

/// <summary>What kind of instrument a metric is.</summary>
public enum MetricKind
{
    /// <summary>A value that is read when somebody asks for it.</summary>
    Gauge,

    /// <summary>A sum that only grows, read when somebody asks for it: it is there with 0 before anything is added.</summary>
    Counter,

    /// <summary>A distribution over fixed buckets.</summary>
    Histogram,
}

/// <summary>What tells the series of a metric apart.</summary>
/// <param name="Name">The attribute's name.</param>
/// <param name="Help">What it says, for the reference.</param>
/// <param name="Values">All values that it can have; empty if they are not known beforehand.</param>
public sealed record AttributeDefinition(string Name, string Help, params IReadOnlyList<string> Values);

/// <summary>A metric: what its instrument is made from, and what the reference says about it.</summary>
/// <param name="Name">The OpenTelemetry name.</param>
/// <param name="Kind">What kind of instrument it is.</param>
/// <param name="Unit">The unit as UCUM spells it, an annotation such as {step}, or an empty string.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Attributes">What tells its series apart.</param>
public sealed record MetricDefinition(string Name, MetricKind Kind, string Unit, string Help, params IReadOnlyList<AttributeDefinition> Attributes)
{
    /// <summary>The upper bounds of a histogram's buckets, ascending.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>When its series exist.</summary>
    public MetricPresence Presence { get; init; } = MetricPresence.Process;
}

/// <summary>When the series of a metric exist.</summary>
public enum MetricPresence
{
    /// <summary>As long as the process runs; a histogram from its first value on.</summary>
    Process,

    /// <summary>While this process coordinates the job.</summary>
    RunningJob,

    /// <summary>While a silo runs in this process.</summary>
    Silo,
}
