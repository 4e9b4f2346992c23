using System.Text.RegularExpressions;

namespace DistConv.House.Tests.Observability;

/// <summary>Which series a PromQL query asks for, and by which labels: enough of the language for the queries of the repository.</summary>
internal static partial class MetricUse
{
    private static readonly string[] Keywords = ["and", "or", "unless", "bool", "offset"];

    // Prometheus adds these to every series that it scrapes.
    private static readonly string[] TargetLabels = ["instance", "job"];

    /// <param name="query">A query, its variables substituted.</param>
    /// <returns>A line for each metric, label of a metric, or value of a label that does not exist.</returns>
    public static IEnumerable<string> Unknown(string query)
    {
        HashSet<string> kept = [.. TargetLabels];
        foreach (Match selector in Selectors(query))
        {
            string name = selector.Groups["name"].Value;
            if (!SeriesNames.Labels.TryGetValue(name, out IReadOnlyDictionary<string, string[]>? labels))
            {
                yield return $"no metric is called {name}";
                continue;
            }

            kept.UnionWith(labels.Keys);
            foreach (Match matcher in Matcher().Matches(selector.Groups["matchers"].Value))
            {
                (string label, string value) = (matcher.Groups["label"].Value, matcher.Groups["value"].Value);
                if (TargetLabels.Contains(label)) continue;
                if (!labels.TryGetValue(label, out string[]? values)) yield return $"{name} has no label {label}";
                else if (matcher.Groups["operator"].Value != "=" || values.Length == 0 || values.Contains(value)) continue;
                else yield return $"{name} has no {label} '{value}'";
            }
        }

        foreach (string label in Groupings(query).Except(kept)) yield return $"no metric has the label {label}";
    }

    /// <param name="query">A query.</param>
    /// <param name="legend">Its legend, with labels in double braces.</param>
    /// <returns>The labels of the legend that the result has not.</returns>
    public static IEnumerable<string> LostLabels(string query, string legend)
    {
        IEnumerable<string> kept = Aggregation().IsMatch(query)
            ? Groupings(query).Except(["le"])
            : [.. TargetLabels, .. Selectors(query).SelectMany(selector => SeriesNames.Labels.GetValueOrDefault(selector.Groups["name"].Value)?.Keys ?? [])];
        return LegendLabel().Matches(legend).Select(match => match.Groups[1].Value).Except(kept);
    }

    private static IEnumerable<Match> Selectors(string query) =>
        Selector().Matches(Window().Replace(Grouping().Replace(query, ""), "")).Where(match => !Keywords.Contains(match.Groups["name"].Value));

    private static IEnumerable<string> Groupings(string query) =>
        Grouping().Matches(query).SelectMany(match => match.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries));

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Window();

    [GeneratedRegex(@"\b(?:by|on)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\b(?:sum|max|min|avg|count)\b")]
    private static partial Regex Aggregation();

    // A name that is no function, and what stands in its braces.
    [GeneratedRegex(@"(?<![\w:.$])(?>(?<name>[a-zA-Z_:][\w:]*))(?!\s*\()(?:\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex("(?<label>\\w+)\\s*(?<operator>=~|!~|!=|=)\\s*\"(?<value>[^\"]*)\"")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex LegendLabel();
}
