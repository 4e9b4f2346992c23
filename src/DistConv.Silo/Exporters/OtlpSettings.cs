using System.Globalization;
using DistConv.Core;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace DistConv.Silo.Exporters;

/// <summary>
/// How to talk to a collector: what the user named, else the standard variables of OTLP, else its defaults. Only a user who asks for OTLP gets here, so no
/// variable has an effect without that.
/// </summary>
internal static class OtlpSettings
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10), _timeout = TimeSpan.FromSeconds(2);

    /// <summary>Time between two exports of metrics.</summary>
    public static TimeSpan Interval => Milliseconds(Environment.GetEnvironmentVariable("OTEL_METRIC_EXPORT_INTERVAL")) ?? _interval;

    /// <summary>Whether sums are sent since the process began, or since the last export.</summary>
    public static MetricReaderTemporalityPreference Temporality => Variable("METRICS", "TEMPORALITY_PREFERENCE")?.ToUpperInvariant() switch
    {
        "DELTA" => MetricReaderTemporalityPreference.Delta,
        "LOWMEMORY" => MetricReaderTemporalityPreference.LowMemory,
        null or "CUMULATIVE" => MetricReaderTemporalityPreference.Cumulative,
        _ => throw new InvalidInputException(string.Join("; ", FindProblems())),
    };

    /// <summary>What is wrong with the variables.</summary>
    /// <returns>A line for each; empty if nothing is.</returns>
    public static IReadOnlyList<string> FindProblems()
    {
        List<string> problems = [];
        foreach (string signal in (string[])["", "METRICS_", "TRACES_"])
        {
            if (Variable($"{signal}PROTOCOL") is { } protocol && Transport(protocol) is null) Add($"{signal}PROTOCOL", protocol, "grpc or http/protobuf");
            if (Variable($"{signal}ENDPOINT") is { } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"))
                Add($"{signal}ENDPOINT", endpoint, "an address such as http://localhost:4317");
        }

        if (Variable("METRICS_TEMPORALITY_PREFERENCE") is { } temporality && temporality.ToUpperInvariant() is not ("CUMULATIVE" or "DELTA" or "LOWMEMORY"))
            Add("METRICS_TEMPORALITY_PREFERENCE", temporality, "cumulative, delta or lowmemory");
        return problems;

        void Add(string name, string value, string right) => problems.Add($"{Prefix}{name} is '{value}'; give {right}");
    }

    /// <summary>The settings of a signal.</summary>
    /// <param name="target">What the user named.</param>
    /// <param name="signal">"metrics" or "traces".</param>
    /// <param name="watch">Sees what becomes of exports.</param>
    /// <returns>Settings for an exporter.</returns>
    public static OtlpExporterOptions For(OtlpTarget target, string signal, CollectorWatch watch)
    {
        string own = signal.ToUpperInvariant();
        OtlpExporterOptions options = new(); // It reads the variables that hold for all signals.
        OtlpTransport transport = target.Transport ?? Transport(Variable(own, "PROTOCOL") ?? Variable("PROTOCOL") ?? "grpc")!.Value;
        options.Protocol = transport == OtlpTransport.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        if (Endpoint(target, own, signal, transport) is { } endpoint) options.Endpoint = endpoint;
        options.Headers = Variable(own, "HEADERS") ?? options.Headers;
        TimeSpan timeout = Milliseconds(Variable(own, "TIMEOUT") ?? Variable("TIMEOUT")) ?? _timeout;
        options.TimeoutMilliseconds = (int)timeout.TotalMilliseconds;
        options.HttpClientFactory = () => watch.CreateClient(timeout);
        return options;
    }

    /// <returns>Null: what the options have by themselves.</returns>
    private static Uri? Endpoint(OtlpTarget target, string own, string signal, OtlpTransport transport)
    {
        if (target.Endpoint is not { } named) return Uri.TryCreate(Variable(own, "ENDPOINT"), UriKind.Absolute, out Uri? set) ? set : null;
        if (transport == OtlpTransport.Grpc) return named;
        string path = named.AbsoluteUri;
        return new Uri($"{path}{(path.EndsWith('/') ? "" : "/")}v1/{signal}");
    }

    private static OtlpTransport? Transport(string protocol) => protocol switch
    {
        "grpc" => OtlpTransport.Grpc,
        "http/protobuf" => OtlpTransport.Http,
        _ => null, // Told by FindProblems.
    };

    private static string? Variable(params string[] name) =>
        Environment.GetEnvironmentVariable(Prefix + string.Join('_', name)) is { Length: > 0 } value ? value : null;

    private static TimeSpan? Milliseconds(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? TimeSpan.FromMilliseconds(value) : null;
}
