using DistConv.Training.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace DistConv.Silo.Exporters;

/// <summary>Exports all metrics at intervals and at the end, and how a job ended that ended between two of them.</summary>
/// <param name="exporter">Where to.</param>
/// <param name="interval">How often.</param>
/// <param name="timeout">How long an export may take.</param>
internal sealed class IntervalMetricReader(BaseExporter<Metric> exporter, TimeSpan interval, TimeSpan timeout)
    : PeriodicExportingMetricReader(exporter, (int)interval.TotalMilliseconds, (int)timeout.TotalMilliseconds)
{
    private readonly MeasuredJobs.IntervalReader _jobs = Telemetry.Jobs.AddReader();

    /// <inheritdoc/>
    protected override bool OnCollect(int timeoutMilliseconds) => _jobs.Look(() => base.OnCollect(timeoutMilliseconds));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _jobs.Dispose();
        base.Dispose(disposing);
    }
}
