using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Observability;

/// <summary>The metrics of docs/metrics.md, as a real Prometheus gets them from a silo that really trains.</summary>
[Collection(ScrapedSilo.Collection)]
public sealed partial class MetricsScrapeTests(ScrapedSilo scraped)
{
    private static readonly (string Name, string Kind, string Unit)[] _metrics =
    [
        .. Row().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "metrics.md")))
            .Select(row => (row.Groups["name"].Value, row.Groups["kind"].Value, row.Groups["unit"].Value)),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_ofTheReference_areAllScraped()
    {
        PrometheusServer prometheus = scraped.Prometheus;
        Assert.True(_metrics.Length > 30, "docs/metrics.md has lost its rows");

        await Task.WhenAll(_metrics.Select(metric => prometheus.WaitForNumbersAsync(metric.Kind == "histogram" ? $"{metric.Name}_count" : metric.Name)));
    }

    [Fact]
    public Task Metrics_ofTheReference_haveHelpAndUnits() => scraped.Prometheus.WaitForAsync("/api/v1/targets/metadata", data =>
    {
        Dictionary<string, JsonElement> told = [];
        foreach (JsonElement entry in data.EnumerateArray()) told[entry.GetProperty("metric").GetString()!] = entry;
        foreach ((string name, string kind, string unit) in _metrics)
        {
            string family = kind == "counter" ? name[..^"_total".Length] : name; // As OpenMetrics has it.
            if (!told.TryGetValue(family, out JsonElement entry)) return $"{family} is unknown";
            if (entry.GetProperty("type").GetString() != kind) return $"{family} is a {entry.GetProperty("type")}";
            if (entry.GetProperty("help").GetString() is null or "") return $"{family} has no help";
            string expected = unit switch { "s" => "seconds", "By" => "bytes", _ => "" };
            if (entry.GetProperty("unit").GetString() != expected) return $"{family} has the unit '{entry.GetProperty("unit")}', not '{expected}'";
        }

        return null;
    });

    [Fact]
    public async Task Metrics_ofDistConv_passTheLint()
    {
        string promtool = InstalledProgram.Promtool.Require();
        await scraped.Prometheus.WaitForNumbersAsync("distconv_layer_weight_norm_count");
        using HttpClient http = new();
        string metrics = await http.GetStringAsync(new Uri(scraped.Health, "/metrics"), Token);
        Assert.Contains("# HELP distconv_job_loss ", metrics, StringComparison.Ordinal);
        ProcessStartInfo start = new(promtool, ["check", "metrics"]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Token), errors = process.StandardError.ReadToEndAsync(Token);
        await process.StandardInput.WriteAsync(metrics);
        process.StandardInput.Close();

        string[] lines = [.. (await output + await errors).Split('\n')];

        Assert.DoesNotContain(lines, line => line.StartsWith("distconv", StringComparison.Ordinal) || line.StartsWith("error", StringComparison.Ordinal));
        await process.WaitForExitAsync(Token);
    }

    [Fact]
    public async Task Series_ofAJobThatEnds_end()
    {
        PrometheusServer prometheus = scraped.Prometheus;
        await scraped.SubmitAsync("brief");
        await prometheus.WaitForNumbersAsync("distconv_job_step{job_id='brief'}");
        await scraped.RunAsync("jobs", "cancel", "brief", "--cluster", scraped.Address);

        await prometheus.WaitForAsync("/api/v1/query?query=" + Uri.EscapeDataString("{__name__=~'distconv_.*', job_id='brief'}"), data =>
            data.GetProperty("result").GetArrayLength() == 0 ? null : "its series are still there");
        await prometheus.WaitForNumbersAsync($"distconv_job_step{{job_id='{ScrapedSilo.Job}'}}");
        await prometheus.WaitForNumbersAsync("distconv_jobs{state='cancelled'} == 1");
    }

    [GeneratedRegex(@"^\| `distconv[a-z_.]+`<br>`(?<name>\w+)` \| (?<kind>gauge|counter|histogram)(, (?<unit>\S+))? \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
