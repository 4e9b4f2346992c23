using System.Text.RegularExpressions;
using DistConv.House.Tests.Checks;

namespace DistConv.House.Tests.Observability;

/// <summary>The series that a silo exports and Prometheus makes of them, by their names there, with their labels.</summary>
internal static partial class SeriesNames
{
    // Of .NET's and Orleans's own meters, those that the dashboards show; and what Prometheus itself makes.
    private static readonly string[] Others =
    [
        "up", "dotnet_process_cpu_time_seconds_total", "dotnet_process_memory_working_set_bytes", "dotnet_gc_last_collection_heap_size_bytes",
        "dotnet_gc_heap_total_allocated_bytes_total", "dotnet_gc_pause_time_seconds_total", "orleans_messaging_sent_messages_size_bytes_count",
    ];

    /// <summary>The values of each label of each series; a label without values may have any.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> Labels { get; } = Read();

    private static Dictionary<string, IReadOnlyDictionary<string, string[]>> Read()
    {
        Dictionary<string, IReadOnlyDictionary<string, string[]>> series = new(StringComparer.Ordinal)
        {
            ["ALERTS"] = new Dictionary<string, string[]> { ["alertname"] = [], ["alertstate"] = ["pending", "firing"], ["severity"] = [] },
        };
        foreach (string other in Others) series[other] = new Dictionary<string, string[]>();
        foreach (Match row in Row().Matches(Repository.Read("docs/metrics.md")))
        {
            Dictionary<string, string[]> labels = Attribute().Matches(row.Groups["attributes"].Value).ToDictionary(
                attribute => attribute.Groups["name"].Value,
                attribute => attribute.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            string name = row.Groups["name"].Value;
            if (row.Groups["kind"].Value != "histogram")
            {
                series[name] = labels;
                continue;
            }

            (series[$"{name}_sum"], series[$"{name}_count"]) = (labels, labels);
            series[$"{name}_bucket"] = new Dictionary<string, string[]>(labels) { ["le"] = [] };
        }

        return series;
    }

    [GeneratedRegex(@"^\| `distconv[\w.]+`<br>`(?<name>\w+)` \| (?<kind>gauge|counter|histogram)[^|]* \| (?<attributes>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[^`]+)`(?:: (?<values>[^;|]+))?")]
    private static partial Regex Attribute();
}
