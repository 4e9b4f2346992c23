using System.CommandLine;
using DistConv.Core;
using DistConv.Silo.Exporters;

namespace DistConv.Cli.Options;

/// <summary><c>--telemetry</c>: where metrics and traces go.</summary>
internal sealed class TelemetryOptionSet
{
    /// <summary>What the option accepts, for completions: an address may follow.</summary>
    public static readonly IReadOnlyList<string> Values = [_console, _otlp, $"{_otlp}:{_grpc}", $"{_otlp}:{_http}"];

    private const string _console = "console", _otlp = "otlp", _prometheus = "prometheus", _grpc = "grpc", _http = "http";
    private readonly bool _isServer;

    /// <summary>The option of a command.</summary>
    /// <param name="isServer">Whether the command has a health port, which Prometheus needs.</param>
    public TelemetryOptionSet(bool isServer)
    {
        _isServer = isServer;
        Option = CommonOptions.Text("--telemetry", isServer ? "EXPORTERS" : "EXPORTER", isServer
            ? "Where metrics and traces go, separated by commas: prometheus (/metrics at the health port), otlp[:grpc|:http][=URL] (a collector), console "
                + $"(standard error) [{Variable}; default: nowhere]."
            : "Where metrics and traces go: console (standard error), or otlp[:grpc|:http][=URL] (an OpenTelemetry collector); both, separated by a comma "
                + "[default: nowhere].");
    }

    /// <summary>Environment variable behind the option of <c>serve</c>.</summary>
    public static string Variable => "DISTCONV_TELEMETRY";

    /// <summary>The option.</summary>
    public Option<string?> Option { get; }

    /// <summary>The values that <c>serve</c> accepts besides <see cref="Values"/>.</summary>
    public static IReadOnlyList<string> ServerValues { get; } = [_prometheus, .. Values];

    /// <summary>Reads a setting.</summary>
    /// <param name="setting">Names of exporters.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="InvalidInputException">It names what does not exist, or is not possible here; every problem is told.</exception>
    public TelemetryOptions Read(NamedSetting setting)
    {
        TelemetryOptions options = new();
        List<string> problems = [];
        foreach (string exporter in setting.Value.Split(',', StringSplitOptions.TrimEntries))
        {
            (string name, string? address) = exporter.Split('=', 2) is [var before, var after] ? (before, after) : (exporter, null);
            if (exporter == _console) options = options with { Console = true };
            else if (exporter == _prometheus && _isServer) options = options with { Prometheus = true };
            else if (exporter == _prometheus) problems.Add($"{setting.Source}: '{_prometheus}' needs the health port of 'distconv serve'; {Choices()}");
            else if (Transport(name, out OtlpTransport? transport))
                options = options with { Otlp = new OtlpTarget(transport, Address(setting, address, problems)) };
            else problems.Add($"{setting.Source} is '{setting.Value}', and '{exporter}' is no exporter; {Choices()}");
        }

        if (options.Otlp is not null) problems.AddRange(OtlpSettings.FindProblems());
        return problems.Count == 0 ? options : throw new InvalidInputException(string.Join("; ", problems));
    }

    private static bool Transport(string name, out OtlpTransport? transport)
    {
        (bool isKnown, transport) = name switch
        {
            _otlp => (true, (OtlpTransport?)null),
            $"{_otlp}:{_grpc}" => (true, OtlpTransport.Grpc),
            $"{_otlp}:{_http}" => (true, OtlpTransport.Http),
            _ => (false, null),
        };
        return isKnown;
    }

    private static Uri? Address(NamedSetting setting, string? text, List<string> problems)
    {
        if (text is null) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https") return address;
        problems.Add($"{setting.Source}: '{text}' is no address of a collector; give one such as http://localhost:4317");
        return null;
    }

    private string Choices() =>
        $"choose {_console}, {(_isServer ? $"{_prometheus}, " : "")}or {_otlp}, as in {_otlp}, {_otlp}:{_http} or {_otlp}=http://localhost:4317";
}
