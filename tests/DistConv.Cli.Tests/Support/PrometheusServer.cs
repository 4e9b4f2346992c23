using System.Diagnostics;
using System.Net;
using System.Text.Json;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A real Prometheus with the repository's configuration and alerts, which scrapes every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>A window of rates that has several scrapes.</summary>
    public const string RateWindow = "5s";

    private const string Discovery = """
            dns_sd_configs:
              - names: [silo]
                type: A
                port: 8080
                refresh_interval: 10s
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly Task<string> _log;
    private readonly HttpClient _http;

    private PrometheusServer(Process process, int port)
    {
        (_process, _log) = (process, process.StandardError.ReadToEndAsync(CancellationToken.None));
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one.</summary>
    /// <param name="folder">A folder for its own.</param>
    /// <param name="targets">What it scrapes as the job "distconv": hosts and ports.</param>
    /// <returns>A server that answers.</returns>
    public static async Task<PrometheusServer> StartAsync(string folder, params string[] targets)
    {
        Directory.CreateDirectory(folder);
        string configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, Configuration(targets), Token);
        int port = FreePort.Next();
        ProcessStartInfo start = new(
            InstalledProgram.Prometheus.Location!,
            [$"--config.file={configuration}", $"--storage.tsdb.path={folder}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"])
        {
            RedirectStandardError = true,
        };
        PrometheusServer server = new(Process.Start(start)!, port);
        try
        {
            await server.WaitAsync("/-/ready", "is not ready", response => Task.FromResult(response.IsSuccessStatusCode ? null : response.ReasonPhrase));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks until the answer is as expected.</summary>
    /// <param name="path">What is asked, such as "/api/v1/rules".</param>
    /// <param name="problem">What is wrong with the answer's data; null if nothing is.</param>
    public Task WaitForAsync(string path, Func<JsonElement, string?> problem) => WaitAsync(path, $"never answered {path} as it should", async response =>
    {
        string text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {text}");
        return problem(JsonDocument.Parse(text).RootElement.GetProperty("data"));
    });

    /// <summary>Asks until a query returns at least one series, and numbers only.</summary>
    /// <param name="query">PromQL.</param>
    public Task WaitForNumbersAsync(string query) => WaitForAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", data =>
    {
        JsonElement[] series = [.. data.GetProperty("result").EnumerateArray()];
        if (series.Length == 0) return $"no series for {query}";
        return series.Any(one => one.GetProperty("value")[1].GetString() == "NaN") ? $"NaN for {query}: {data}" : null;
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _http.Dispose();
    }

    private static string Configuration(string[] targets)
    {
        string deployed = Path.Combine(Checkout.Root, "deploy", "observability");
        string text = File.ReadAllText(Path.Combine(deployed, "prometheus.yml"));
        foreach ((string from, string to) in (ReadOnlySpan<(string, string)>)[
            (Discovery, $"    static_configs: [{{targets: [{string.Join(", ", targets)}]}}]"),
            ("rule_files: [alerts.yml]", $"rule_files: [{Path.Combine(deployed, "alerts.yml")}]"),
            ("scrape_interval: 10s", "scrape_interval: 1s"),
            ("evaluation_interval: 10s", "evaluation_interval: 1s")])
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return text;
    }

    private async Task WaitAsync(string path, string failure, Func<HttpResponseMessage, Task<string?>> problem)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            string? found;
            try
            {
                using HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative), Token);
                found = await problem(response);
            }
            catch (HttpRequestException e)
            {
                found = e.Message; // It does not listen yet, or has ended.
            }

            if (found is null) return;
            Assert.False(_process.HasExited, $"Prometheus has ended: {(_process.HasExited ? await _log : "")}");
            Assert.True(Stopwatch.GetElapsedTime(started) < _patience, $"Prometheus {failure}: {found}");
            await Task.Delay(_pause, Token);
        }
    }
}
