using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DistConv.Training.Metrics;

/// <summary>The meter and the activity source, both named DistConv, that any OpenTelemetry exporter can subscribe to.</summary>
public static class Telemetry
{
    /// <summary>Name of meter and source.</summary>
    public const string Name = "DistConv";

    private static readonly Meter _meter = new(Name);
    private static readonly Gauge<double> _loss = _meter.CreateGauge<double>("distconv.train.loss", "nat", "Mean training loss of a step");
    private static readonly Gauge<double> _accuracy = _meter.CreateGauge<double>("distconv.train.accuracy", "1", "Training accuracy of a step");
    private static readonly Gauge<double> _testLoss = _meter.CreateGauge<double>("distconv.test.loss", "nat", "Held-out loss after an epoch");
    private static readonly Gauge<double> _testAccuracy = _meter.CreateGauge<double>("distconv.test.accuracy", "1", "Held-out accuracy after an epoch");
    private static readonly Counter<long> _samples = _meter.CreateCounter<long>("distconv.train.samples", "{sample}", "Training samples used");
    private static readonly Counter<long> _bytes = _meter.CreateCounter<long>("distconv.exchange.bytes", "By", "Gradient and weight bytes that left a process");
    private static readonly Counter<long> _retries = _meter.CreateCounter<long>("distconv.shard.retries", "{shard}", "Shards computed again");
    private static readonly Histogram<double> _stepTime = _meter.CreateHistogram<double>("distconv.step.duration", "ms", "Duration of a step");
    private static readonly Histogram<double> _phaseTime = _meter.CreateHistogram<double>("distconv.step.phase.duration", "ms", "Duration of a step's phase");

    /// <summary>Activities: distconv.epoch, distconv.evaluate, distconv.snapshot.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Records a step.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="totals">Its sums.</param>
    /// <param name="timing">Its phases.</param>
    /// <param name="milliseconds">Its duration.</param>
    public static void RecordStep(string job, StepTotals totals, StepTiming timing, double milliseconds)
    {
        var tag = new KeyValuePair<string, object?>("job", job);
        _loss.Record(totals.LossSum / totals.Samples, tag);
        _accuracy.Record((double)totals.Correct / totals.Samples, tag);
        _samples.Add(totals.Samples, tag);
        _bytes.Add(timing.ExchangedBytes, tag);
        _stepTime.Record(milliseconds, tag);
        RecordPhase(tag, "compute", timing.Compute);
        RecordPhase(tag, "exchange", timing.Exchange);
        RecordPhase(tag, "reduce", timing.Reduce);
        RecordPhase(tag, "update", timing.Update);
    }

    /// <summary>Records a held-out evaluation.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="result">Its means.</param>
    public static void RecordEvaluation(string job, EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var tag = new KeyValuePair<string, object?>("job", job);
        _testLoss.Record(result.Loss, tag);
        _testAccuracy.Record(result.Accuracy, tag);
    }

    /// <summary>Records shards that had to be computed again.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="shards">How many.</param>
    public static void RecordRetries(string job, int shards) => _retries.Add(shards, new KeyValuePair<string, object?>("job", job));

    private static void RecordPhase(KeyValuePair<string, object?> job, string phase, double milliseconds) =>
        _phaseTime.Record(milliseconds, job, new KeyValuePair<string, object?>("phase", phase));
}
