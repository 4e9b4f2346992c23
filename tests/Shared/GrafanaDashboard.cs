using System.Text.Json;
using System.Text.RegularExpressions;

namespace DistConv.Tests.Shared;

/// <summary>A provisioned dashboard of Grafana.</summary>
internal sealed partial class GrafanaDashboard
{
    /// <summary>The folder of the dashboards, from the root of the repository.</summary>
    public const string Folder = "deploy/observability/grafana/dashboards";

    // What a variable is when "All" is chosen.
    private const string All = ".+";

    private GrafanaDashboard(string name, JsonElement json) => (Name, Json) = (name, json);

    /// <summary>Its file.</summary>
    public string Name { get; }

    /// <summary>All that is in it.</summary>
    public JsonElement Json { get; }

    /// <summary>Its panels, rows included.</summary>
    public IReadOnlyList<GrafanaPanel> Panels =>
        [.. Json.GetProperty("panels").EnumerateArray().Select(panel => new GrafanaPanel(Name, panel))];

    /// <summary>The names of its variables.</summary>
    public IReadOnlyList<string> Variables =>
        [.. Json.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()!)];

    /// <summary>Whose labels its variables offer: series and label.</summary>
    public IReadOnlyList<(string Series, string Label)> VariableQueries =>
        [.. Json.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(variable => LabelValues().Match(variable.GetProperty("query").GetProperty("query").GetString()!))
            .Select(match => (match.Groups["series"].Value, match.Groups["label"].Value))];

    /// <summary>Reads all dashboards.</summary>
    /// <returns>Them, by name.</returns>
    public static IReadOnlyList<GrafanaDashboard> ReadAll() =>
        [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, Folder), "*.json").Order(StringComparer.Ordinal)
            .Select(path => new GrafanaDashboard(Path.GetFileName(path), JsonDocument.Parse(File.ReadAllText(path)).RootElement))];

    /// <summary>Puts values in the place of a query's variables, as Grafana does when "All" is chosen.</summary>
    /// <param name="query">A query.</param>
    /// <param name="rateWindow">What <c>$__rate_interval</c> is.</param>
    /// <returns>What Prometheus gets.</returns>
    /// <exception cref="InvalidOperationException">The dashboard has no such variable.</exception>
    public string Fill(string query, string rateWindow) => Variable().Replace(query, match => match.Groups[1].Value switch
    {
        "__rate_interval" => rateWindow,
        string name when Variables.Contains(name, StringComparer.Ordinal) => All,
        string name => throw new InvalidOperationException($"{Name}: '{query}' uses ${name}, and the dashboard has no such variable"),
    });

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^label_values\((?<series>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}

/// <summary>A panel or row of a dashboard.</summary>
/// <param name="Dashboard">The name of its dashboard.</param>
/// <param name="Json">All that is in it.</param>
internal sealed record GrafanaPanel(string Dashboard, JsonElement Json)
{
    /// <summary>Its title; empty without one.</summary>
    public string Title => Text("title");

    /// <summary>What it shows, in words.</summary>
    public string Description => Text("description");

    /// <summary>Whether it is only a heading.</summary>
    public bool IsRow => Text("type") == "row";

    /// <summary>Grafana's name of its unit; empty without one.</summary>
    public string Unit => Json.TryGetProperty("fieldConfig", out JsonElement look) && look.GetProperty("defaults").TryGetProperty("unit", out JsonElement unit)
        ? unit.GetString()! : "";

    /// <summary>Its queries and their legends.</summary>
    public IReadOnlyList<(string Query, string Legend)> Queries => IsRow ? [] :
        [.. Json.GetProperty("targets").EnumerateArray()
            .Select(target => (target.GetProperty("expr").GetString()!, target.GetProperty("legendFormat").GetString()!))];

    /// <summary>Where it is, in columns and rows.</summary>
    public (int X, int Y, int Width, int Height) Place
    {
        get
        {
            JsonElement place = Json.GetProperty("gridPos");
            return (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Dashboard}: '{Title}'";

    private string Text(string name) => Json.TryGetProperty(name, out JsonElement text) ? text.GetString()! : "";
}
