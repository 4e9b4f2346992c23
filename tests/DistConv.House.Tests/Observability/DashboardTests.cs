using System.Text.Json;
using DistConv.House.Tests.Checks;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.House.Tests.Observability;

/// <summary>The dashboards that Grafana is provisioned with. Grafana itself is not needed.</summary>
public sealed class DashboardTests
{
    private const int Columns = 24;

    // Grafana draws a unit that it does not know as a suffix, without a word.
    private static readonly string[] Units = ["none", "short", "s", "bytes", "Bps", "percentunit", "sci"];

    private static readonly IReadOnlyList<GrafanaDashboard> _all = GrafanaDashboard.ReadAll();

    [Fact]
    public void Dashboards_ofTheFolder_areTrainingAndCluster() => Assert.Equal(["cluster.json", "training.json"], _all.Select(dashboard => dashboard.Name));

    [Fact]
    public void Panels_ofEachDashboard_haveTitleDescriptionUnitAndQueries() =>
        Violations.AssertNone("A panel has a title, a description, a unit of Grafana's and queries with legends", Panels().SelectMany(panel => (string[])[
            .. Violations.Unless(panel.Title.Length > 0, $"{panel} has no title"),
            .. Violations.Unless(panel.IsRow || panel.Description.Length > 0, $"{panel} has no description"),
            .. Violations.Unless(panel.IsRow || Units.Contains(panel.Unit, StringComparer.Ordinal), $"{panel}: unit '{panel.Unit}'"),
            .. Violations.Unless(panel.IsRow || panel.Queries.Count > 0, $"{panel} has no query"),
            .. Violations.Unless(panel.Queries.All(query => query.Legend.Length > 0), $"{panel}: a query has no legend")]));

    [Fact]
    public void Panels_ofEachDashboard_doNotOverlap() =>
        Violations.AssertNone("Panels lie beside each other, within 24 columns", _all.SelectMany(dashboard => dashboard.Panels.SelectMany((panel, i) =>
            dashboard.Panels.Take(i).Where(other => Overlap(panel.Place, other.Place)).Select(other => $"{panel} overlaps '{other.Title}'")
                .Concat(Violations.Unless(panel.Place.X >= 0 && panel.Place.X + panel.Place.Width <= Columns, $"{panel} is wider than the page")))));

    [Fact]
    public void Ids_ofEachDashboard_areUnique()
    {
        Assert.Distinct(_all.Select(dashboard => dashboard.Json.GetProperty("uid").GetString()));
        foreach (GrafanaDashboard dashboard in _all) Assert.Distinct(dashboard.Panels.Select(panel => panel.Json.GetProperty("id").GetInt32()));
    }

    [Fact]
    public void Datasources_ofEachDashboard_areTheProvisionedOne()
    {
        string uid = Assert.Single(Yaml.Read("deploy/observability/grafana/provisioning/datasources/prometheus.yml").List("datasources")).Text("uid");
        foreach (GrafanaDashboard dashboard in _all) Assert.All(Datasources(dashboard.Json), asked => Assert.Equal(uid, asked));
    }

    [Fact]
    public async Task Queries_variablesSubstituted_parse()
    {
        string[] queries = [.. _all.SelectMany(dashboard => Queries(dashboard).Select(query => dashboard.Fill(query, "1m")))];
        string rules = string.Concat(
            queries.Select((query, i) => $"      - {{record: 'q:{i}', expr: '{query.Replace("'", "''", StringComparison.Ordinal)}'}}\n"));
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"groups:\n  - name: queries\n    rules:\n{rules}", TestContext.Current.CancellationToken);
            Assert.Contains($"{queries.Length} rules found", await InstalledProgram.Promtool.RunAsync("check", "rules", file), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Queries_ofEachDashboard_nameMetricsAndLabelsThatExist() =>
        Violations.AssertNone("Queries ask for metrics and labels that exist", _all.SelectMany(dashboard => Queries(dashboard).SelectMany(query =>
            MetricUse.Unknown(dashboard.Fill(query, "1m")).Select(problem => $"{dashboard.Name}: {problem} in {query}"))));

    [Fact]
    public void Legends_ofEachPanel_nameLabelsThatTheQueryReturns() =>
        Violations.AssertNone("Legends show labels that the query keeps", Panels().SelectMany(panel => panel.Queries.SelectMany(query =>
            MetricUse.LostLabels(query.Query, query.Legend).Select(label => $"{panel}: '{query.Query}' has no label {label}"))));

    /// <summary>The uid of each datasource that is named anywhere: by panels, queries, variables and annotations.</summary>
    private static IEnumerable<string> Datasources(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(entry =>
            entry.Name == "datasource" ? [entry.Value.GetProperty("uid").GetString()!] : Datasources(entry.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Datasources),
        _ => [],
    };

    private static IEnumerable<GrafanaPanel> Panels() => _all.SelectMany(dashboard => dashboard.Panels);

    /// <summary>What panels and annotations ask.</summary>
    private static IEnumerable<string> Queries(GrafanaDashboard dashboard) =>
        dashboard.Panels.SelectMany(panel => panel.Queries.Select(query => query.Query))
            .Concat(dashboard.Json.GetProperty("annotations").GetProperty("list").EnumerateArray()
                .Select(annotation => annotation.GetProperty("expr").GetString()!));

    private static bool Overlap((int X, int Y, int Width, int Height) a, (int X, int Y, int Width, int Height) b) =>
        a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height;
}
