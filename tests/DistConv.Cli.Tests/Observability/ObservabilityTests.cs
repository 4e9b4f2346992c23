using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Observability;

/// <summary>What is deployed for Prometheus and Grafana, with a real Prometheus and a silo that really trains.</summary>
[Collection(ScrapedSilo.Collection)]
public sealed class ObservabilityTests(ScrapedSilo scraped)
{
    [Fact]
    public async Task Queries_ofEachDashboard_returnNumbers()
    {
        PrometheusServer prometheus = scraped.Prometheus;
        string[] queries = [.. GrafanaDashboard.ReadAll().SelectMany(dashboard => dashboard.Panels.SelectMany(panel => panel.Queries)
            .Select(query => dashboard.Fill(query.Query, PrometheusServer.RateWindow))).Distinct()];
        Assert.NotEmpty(queries);
        await Task.WhenAll(queries.Select(prometheus.WaitForNumbersAsync));
    }

    [Fact]
    public async Task Variables_ofEachDashboard_haveValues()
    {
        PrometheusServer prometheus = scraped.Prometheus;
        foreach (GrafanaDashboard dashboard in GrafanaDashboard.ReadAll())
        {
            foreach ((string series, string label) in dashboard.VariableQueries)
            {
                await prometheus.WaitForAsync(
                    $"/api/v1/label/{label}/values?match[]={Uri.EscapeDataString(series)}",
                    values => values.GetArrayLength() > 0 ? null : $"{series} has no {label}");
            }
        }
    }

    [Fact]
    public Task Alerts_each_areEvaluated() => scraped.Prometheus.WaitForAsync("/api/v1/rules", data =>
    {
        JsonElement[] rules = [.. data.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())];
        return rules.Length == 0 ? "no rules" : rules.Where(rule => rule.GetProperty("health").GetString() != "ok")
            .Select(rule => $"{rule.GetProperty("name")} is {rule.GetProperty("health")}").FirstOrDefault();
    });

    [Fact]
    public Task Alerts_aSiloDoesNotAnswer_nameIt() => scraped.Prometheus.WaitForAsync("/api/v1/alerts", data =>
    {
        string[] silent = [.. data.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("labels"))
            .Where(labels => labels.GetProperty("alertname").GetString() == "DistConvMetricsGone")
            .Select(labels => labels.GetProperty("instance").GetString()!)];
        return silent.SequenceEqual([scraped.Silent]) ? null : $"the alert names '{string.Join(' ', silent)}'";
    });
}
