using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DistConv.Silo;

/// <summary>OpenTelemetry's console exporter.</summary>
internal static class ConsoleTelemetry
{
    private const int IntervalMilliseconds = 10_000;

    /// <summary>
    /// Exports the meter and the activity source "DistConv" to standard output: metrics every 10 s and at the end. A process whose standard output
    /// is for results redirects
    /// <see cref="Console.Out"/> first.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static void AddConsoleTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("distconv"))
            .WithMetrics(metrics => metrics.AddMeter("DistConv").AddConsoleExporter(
                (_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = IntervalMilliseconds))
            .WithTracing(tracing => tracing.AddSource("DistConv").AddConsoleExporter());
}
