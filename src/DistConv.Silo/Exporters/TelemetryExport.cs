using System.Diagnostics;
using DistConv.Core;
using DistConv.Training.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DistConv.Silo.Exporters;

/// <summary>
/// The exporters of a process. Each works on threads of its own, with bounded queues and short time limits: whatever becomes of what it sends, nobody waits
/// for it, and its end takes two seconds at most.
/// </summary>
internal sealed class TelemetryExport : IAsyncDisposable
{
    private static readonly TimeSpan _consoleInterval = TimeSpan.FromSeconds(5), _tracesInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _endPatience = TimeSpan.FromSeconds(2);
    private const int MaxWaitingActivities = 2048, MaxActivitiesInBatch = 512;

    /// <summary>What Orleans and .NET measure by themselves; too much for a console.</summary>
    private static readonly string[] _others = ["Microsoft.Orleans", "System.Runtime"];

    private readonly List<MeterProvider> _meters = [];
    private readonly List<TracerProvider> _tracers = [];
    private readonly CollectorWatch _watch;

    private TelemetryExport(Action<string> warn) => _watch = new CollectorWatch(warn);

    /// <summary>What <c>/metrics</c> serves; null: nothing.</summary>
    public MeterProvider? Prometheus { get; private set; }

    /// <summary>Starts the exporters.</summary>
    /// <param name="options">Which.</param>
    /// <param name="warn">Gets a warning line.</param>
    /// <returns>Exporters that run; disposing them sends what is left, and ends them.</returns>
    /// <exception cref="InvalidInputException">A variable of OTLP is wrong.</exception>
    public static TelemetryExport Start(TelemetryOptions options, Action<string> warn)
    {
        TelemetryExport export = new(warn);
        if (options.Console) export.StartConsole();
        if (options.Otlp is { } target) export.StartOtlp(target);
        if (!options.Prometheus) return export;
        export.Prometheus = Meters(Quiet).AddMeter(_others).AddPrometheusExporter(scrape => scrape.ScopeInfoEnabled = false).Build();
        export._meters.Add(export.Prometheus);
        return export;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        int patience = (int)_endPatience.TotalMilliseconds;
        Task[] ends =
        [
            .. _meters.Select(provider => Task.Run(() => provider.Shutdown(patience))),
            .. _tracers.Select(provider => Task.Run(() => provider.Shutdown(patience))),
        ];
        long started = Stopwatch.GetTimestamp();
        Task all = Task.WhenAll(ends);
        bool isInTime = await Task.WhenAny(all, Task.Delay(_endPatience)) == all && Stopwatch.GetElapsedTime(started) < _endPatience;
        if (!isInTime)
        {
            _watch.Tell($"it did not answer within {_endPatience.TotalSeconds:0} s at the end");
            return; // Their threads end with the process.
        }

        await all;
        foreach (IDisposable provider in _meters.Concat<IDisposable>(_tracers)) provider.Dispose();
    }

    private void StartConsole()
    {
        ConsoleExporterOptions console = new();
        _meters.Add(Meters(Quiet).AddReader(_ => new IntervalMetricReader(new ConsoleMetricExporter(console), _consoleInterval, _endPatience)).Build());
        _tracers.Add(Tracers(Quiet, new ConsoleActivityExporter(console)).Build());
    }

    private void StartOtlp(OtlpTarget target)
    {
        if (OtlpSettings.FindProblems() is { Count: > 0 } problems) throw new InvalidInputException(string.Join("; ", problems));
        OtlpMetrics metrics = new(OtlpSettings.For(target, "metrics", _watch), _watch);
        _meters.Add(Meters(Standard).AddMeter(_others).AddReader(
            _ => new IntervalMetricReader(metrics, OtlpSettings.Interval, _endPatience) { TemporalityPreference = OtlpSettings.Temporality }).Build());
        _tracers.Add(Tracers(Standard, new OtlpTraces(OtlpSettings.For(target, "traces", _watch), _watch)).Build());
    }

    private static MeterProviderBuilder Meters(Action<IServiceCollection> environment) =>
        Sdk.CreateMeterProviderBuilder().ConfigureServices(environment).ConfigureResource(Describe).AddMeter(Telemetry.Name);

    private static TracerProviderBuilder Tracers(Action<IServiceCollection> environment, BaseExporter<Activity> exporter)
    {
        BatchActivityExportProcessor queue = new(
            exporter, MaxWaitingActivities, (int)_tracesInterval.TotalMilliseconds, (int)_endPatience.TotalMilliseconds, MaxActivitiesInBatch);
        return Sdk.CreateTracerProviderBuilder().ConfigureServices(environment).ConfigureResource(Describe).AddSource(Telemetry.Name).AddProcessor(queue);
    }

    private static void Describe(ResourceBuilder resource) => resource.AddService(
        "distconv",
        serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3),
        serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}");

    /// <summary>No variable of OpenTelemetry has an effect on a user who did not ask for OTLP.</summary>
    private static void Quiet(IServiceCollection services) => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());

    private static void Standard(IServiceCollection services)
    {
        // The variables are there by themselves.
    }

    private sealed class OtlpMetrics(OtlpExporterOptions options, CollectorWatch watch) : OtlpMetricExporter(options)
    {
        public override ExportResult Export(in Batch<Metric> batch) => watch.Note(base.Export(batch));
    }

    private sealed class OtlpTraces(OtlpExporterOptions options, CollectorWatch watch) : OtlpTraceExporter(options)
    {
        public override ExportResult Export(in Batch<Activity> batch) => watch.Note(base.Export(batch));
    }
}
