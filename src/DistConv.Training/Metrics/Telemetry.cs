using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DistConv.Training.Metrics;

/// <summary>
/// The meter and the activity source, both named DistConv, that any OpenTelemetry exporter can subscribe to. What they have is in <see cref="MetricTable"/>.
/// Nothing here costs more than a comparison or an addition while nobody listens.
/// </summary>
public static class Telemetry
{
    /// <summary>Name of meter and source.</summary>
    public const string Name = "DistConv";

    /// <summary>Name of a sampled step's activity; those of its phases begin with it.</summary>
    public const string StepActivity = "distconv.step";

    private static readonly Meter _meter = new(Name);
    private static readonly Histogram<double> _stepTime = Histogram(MetricTable.StepDuration);
    private static readonly Histogram<double> _phaseTime = Histogram(MetricTable.StepPhaseDuration);
    private static readonly Histogram<double> _shardTime = Histogram(MetricTable.ShardDuration);
    private static readonly Histogram<double> _gradientNorm = Histogram(MetricTable.LayerGradientNorm);
    private static readonly Histogram<double> _weightNorm = Histogram(MetricTable.LayerWeightNorm);
    private static readonly Histogram<double> _snapshotTime = Histogram(MetricTable.SnapshotDuration);
    private static readonly Histogram<double> _snapshotSize = Histogram(MetricTable.SnapshotSize);
    private static readonly KeyValuePair<string, object?>[] _phases =
        [.. MetricTable.Phase.Values.Select(phase => KeyValuePair.Create(MetricTable.Phase.Name, (object?)phase))];

    private static readonly TotalMetric _failures = new(_meter, MetricTable.JobFailures);
    private static readonly TotalMetric _storeErrors = new(_meter, MetricTable.StoreErrors);

    /// <summary>Activities: distconv.step with its phases, distconv.evaluate, distconv.snapshot.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>The running jobs.</summary>
    public static MeasuredJobs Jobs { get; } = new(_meter);

    /// <summary>Bytes that were exchanged, by direction.</summary>
    public static TotalMetric ExchangedBytes { get; } = new(_meter, MetricTable.ExchangeBytes);

    /// <summary>Reads from the connections on which gradients come.</summary>
    public static TotalMetric ExchangeReceives { get; } = new(_meter, MetricTable.ExchangeReceives);

    /// <summary>Frames that came on such a connection and were not expected.</summary>
    public static TotalMetric DroppedFrames { get; } = new(_meter, MetricTable.DroppedFrames);

    /// <summary>Frames with a wrong checksum.</summary>
    public static TotalMetric ChecksumErrors { get; } = new(_meter, MetricTable.ChecksumErrors);

    /// <summary>The threads that exchange gradients.</summary>
    public static ThreadTimeMetric ExchangeThreads { get; } = new(_meter, MetricTable.ExchangeProcessorTime);

    /// <summary>Late silos.</summary>
    public static TotalMetric Stragglers { get; } = new(_meter, MetricTable.Stragglers);

    /// <summary>Hedged shards.</summary>
    public static TotalMetric Hedges { get; } = new(_meter, MetricTable.Hedges);

    /// <summary>Shards that were computed again.</summary>
    public static TotalMetric ShardRetries { get; } = new(_meter, MetricTable.ShardRetries);

    /// <summary>Jobs that were taken over.</summary>
    public static TotalMetric Takeovers { get; } = new(_meter, MetricTable.Takeovers);

    /// <summary>Silos of the cluster, by status.</summary>
    public static ObservedMetric ClusterSilos { get; } = new(_meter, MetricTable.ClusterSilos);

    /// <summary>Compute threads.</summary>
    public static ObservedMetric ComputeThreads { get; } = new(_meter, MetricTable.ComputeThreads);

    /// <summary>Compute threads that compute.</summary>
    public static ObservedMetric BusyThreads { get; } = new(_meter, MetricTable.BusyThreads);

    /// <summary>Jobs of the store, by state.</summary>
    public static ObservedMetric StoreJobs { get; } = new(_meter, MetricTable.StoreJobs);

    /// <summary>Running jobs without a coordinator.</summary>
    public static ObservedMetric UncoordinatedJobs { get; } = new(_meter, MetricTable.UncoordinatedJobs);

    /// <summary>Free bytes on the store's disk.</summary>
    public static ObservedMetric StoreFree { get; } = new(_meter, MetricTable.StoreFree);

    /// <summary>Whether anybody listens to the norms of the layers.</summary>
    public static bool AreNormsWanted => _gradientNorm.Enabled || _weightNorm.Enabled;

    /// <summary>Records a step's durations.</summary>
    /// <param name="timing">Its phases.</param>
    /// <param name="milliseconds">Its duration.</param>
    public static void RecordStep(StepTiming timing, double milliseconds)
    {
        _stepTime.Record(milliseconds / 1000);
        if (!_phaseTime.Enabled) return;
        _phaseTime.Record(timing.Compute / 1000, _phases[0]);
        _phaseTime.Record(timing.Exchange / 1000, _phases[1]);
        _phaseTime.Record(timing.Reduce / 1000, _phases[2]);
        _phaseTime.Record(timing.Update / 1000, _phases[3]);
    }

    /// <summary>Records the norms of a step's layers.</summary>
    /// <param name="layers">The layers' names.</param>
    /// <param name="norms">Gradient norm and weight norm of each layer, in turn.</param>
    public static void RecordNorms(IReadOnlyList<string> layers, ReadOnlySpan<float> norms)
    {
        ArgumentNullException.ThrowIfNull(layers);
        for (int layer = 0; layer < layers.Count; layer++)
        {
            var tag = KeyValuePair.Create(MetricTable.LayerGradientNorm.Attributes[0].Name, (object?)layers[layer]);
            _gradientNorm.Record(norms[2 * layer], tag);
            _weightNorm.Record(norms[(2 * layer) + 1], tag);
        }
    }

    /// <summary>Records how long this silo computed its shards of a step.</summary>
    /// <param name="milliseconds">The time.</param>
    public static void RecordShards(double milliseconds) => _shardTime.Record(milliseconds / 1000);

    /// <summary>Records a snapshot.</summary>
    /// <param name="path">The file that was written.</param>
    /// <param name="duration">How long that took.</param>
    public static void RecordSnapshot(string path, TimeSpan duration)
    {
        _snapshotTime.Record(duration.TotalSeconds);
        if (_snapshotSize.Enabled && new FileInfo(path) is { Exists: true } file) _snapshotSize.Record(file.Length);
    }

    /// <summary>Bytes of gradients or weights went to another silo. Any thread may.</summary>
    /// <param name="bytes">How many.</param>
    public static void AddSent(long bytes) => ExchangedBytes.Add(bytes, MetricTable.ExchangeBytes.Attributes[0].Values[0]);

    /// <summary>Bytes of gradients or weights came from another silo. Any thread may.</summary>
    /// <param name="bytes">How many.</param>
    public static void AddReceived(long bytes) => ExchangedBytes.Add(bytes, MetricTable.ExchangeBytes.Attributes[0].Values[1]);

    /// <summary>A job has failed.</summary>
    /// <param name="reason">One of <see cref="FailureReasons"/>.</param>
    public static void AddFailure(string reason) => _failures.Add(1, reason);

    /// <summary>The store could not be read.</summary>
    public static void AddReadError() => _storeErrors.Add(1, MetricTable.StoreErrors.Attributes[0].Values[0]);

    /// <summary>The store could not be written.</summary>
    public static void AddWriteError() => _storeErrors.Add(1, MetricTable.StoreErrors.Attributes[0].Values[1]);

    private static Histogram<double> Histogram(MetricDefinition definition) => _meter.CreateHistogram(
        definition.Name, definition.Unit, definition.Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = definition.Buckets });
}
