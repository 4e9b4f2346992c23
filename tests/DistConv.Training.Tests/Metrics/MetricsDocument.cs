using System.Globalization;
using System.Text;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

/// <summary>Writes the tables of docs/metrics.md from the table of metrics: each stands between two marks.</summary>
internal static class MetricsDocument
{
    private const string End = "<!-- end of the table -->";

    /// <summary>The page with its tables as they should be.</summary>
    /// <param name="page">The page as it is.</param>
    public static string Write(string page)
    {
        foreach (MetricPresence presence in Enum.GetValues<MetricPresence>())
        {
            string mark = $"<!-- table: {presence} -->\n";
            int start = page.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
            Assert.True(start >= mark.Length, $"the page has no '{mark}'");
            int end = page.IndexOf(End, start, StringComparison.Ordinal);
            page = $"{page[..start]}{Table(presence)}{page[end..]}";
        }

        return page;
    }

    /// <summary>The name that Prometheus's exporter makes of a metric's.</summary>
    private static string PrometheusName(MetricDefinition metric)
    {
        string name = metric.Name.Replace('.', '_');
        string unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return metric.Kind == MetricKind.Counter ? $"{name}_total" : name;
    }

    private static string Table(MetricPresence presence)
    {
        StringBuilder text = new("\n| name, and in Prometheus | kind, unit | attributes | what it says |\n|---|---|---|---|\n");
        foreach (MetricDefinition metric in MetricTable.All.Where(metric => metric.Presence == presence))
        {
            string kind = metric.Kind switch
            {
                MetricKind.Gauge => "gauge",
                MetricKind.Counter => "counter",
                MetricKind.Histogram => "histogram",
                _ => throw new InvalidOperationException($"{metric.Kind}"),
            };
            string unit = metric.Unit.Length == 0 ? "" : $", {metric.Unit}";
            string buckets = metric.Kind == MetricKind.Histogram ? $" Buckets: {string.Join(", ", metric.Buckets.Select(Number))}." : "";
            string attributes = string.Join("; ", metric.Attributes.Select(Attribute));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{metric.Name}`<br>`{PrometheusName(metric)}` | {kind}{unit} | {attributes} | {metric.Help}{buckets} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Attribute(AttributeDefinition attribute) => attribute.Values.Count == 0
        ? $"`{attribute.Name}`" : $"`{attribute.Name}`: {string.Join(", ", attribute.Values)}";

    private static string Number(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture);
}
