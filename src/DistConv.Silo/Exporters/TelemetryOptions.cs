namespace DistConv.Silo.Exporters;

/// <summary>Where a process sends its metrics and traces. Default: nowhere.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Whether they are written to standard output: metrics every 5 s and at the end.</summary>
    public bool Console { get; init; }

    /// <summary>The collector that gets them by OTLP; null (the default): none.</summary>
    public OtlpTarget? Otlp { get; init; }

    /// <summary>Whether Prometheus finds the metrics at <c>/metrics</c> of the health port; there are no traces then.</summary>
    public bool Prometheus { get; init; }
}

/// <summary>A collector. What is null here is what the standard variables (OTEL_EXPORTER_OTLP_…) say, else OTLP's default.</summary>
/// <param name="Transport">How to talk to it; default: gRPC.</param>
/// <param name="Endpoint">Its address, without the paths of OTLP over HTTP; default: localhost, port 4317 (gRPC) or 4318 (HTTP).</param>
public sealed record OtlpTarget(OtlpTransport? Transport = null, Uri? Endpoint = null);

/// <summary>The transports of OTLP.</summary>
public enum OtlpTransport
{
    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>Protobuf over HTTP/1.1.</summary>
    Http,
}
