using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

[Collection(MetricProbe.Collection)]
public sealed partial class MetricTableTests
{
    /// <summary>With DISTCONV_WRITE_METRICS=1 the page's tables are written instead: do that after a change of the table.</summary>
    [Fact]
    public void Document_itsTables_areWrittenFromTheTable()
    {
        string file = Path.Combine(Root(), "docs/metrics.md"), page = File.ReadAllText(file).ReplaceLineEndings("\n"), written = MetricsDocument.Write(page);
        if (Environment.GetEnvironmentVariable("DISTCONV_WRITE_METRICS") == "1") File.WriteAllText(file, page = written);
        Assert.Equal(written, page);
    }

    [Fact]
    public void Meter_instruments_areThoseOfTheTable()
    {
        SortedDictionary<string, string> published = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == Telemetry.Name) published.Add(instrument.Name, $"{Kind(instrument)}, {instrument.Unit}, {instrument.Description}");
            },
        };
        _ = Telemetry.Jobs;
        listener.Start();

        SortedDictionary<string, string> expected = [];
        foreach (MetricDefinition metric in MetricTable.All) expected.Add(metric.Name, $"{metric.Kind}, {metric.Unit}, {metric.Help}");
        Assert.Equal(expected, published);
    }

    [Fact]
    public void All_metrics_haveFieldsStandardNamesAndWholeSentences()
    {
        Assert.All(MetricTable.All, metric =>
        {
            Assert.Matches(Name(), metric.Name);
            Assert.Matches(Sentence(), metric.Help);
            Assert.Equal(metric.Kind == MetricKind.Histogram, metric.Buckets.Count > 0);
            Assert.Equal(metric.Buckets.Distinct().Order(), metric.Buckets);
        });
    }

    [Fact]
    public void Buckets_ofDurations_goFromAMillisecondToAMinute()
    {
        Assert.Equal([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60], MetricTable.StepDuration.Buckets);
        Assert.All(
            MetricTable.All.Where(metric => metric is { Kind: MetricKind.Histogram, Unit: "s" }),
            metric => Assert.Equal(MetricTable.StepDuration.Buckets, metric.Buckets));
    }

    [Fact]
    public void States_ofTheTable_areAllThatJobsCanHave()
    {
        Assert.Equal(Enum.GetValues<JobState>().Select(state => state.ToString().ToLowerInvariant()), MetricTable.StoreJobs.Attributes[0].Values);
    }

    private static MetricKind Kind(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        return type.StartsWith("ObservableGauge", StringComparison.Ordinal) ? MetricKind.Gauge
            : type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? MetricKind.Counter
            : type.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : throw new InvalidOperationException($"{instrument.Name} is a {type}");
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DistConv.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex(@"^distconv(\.[a-z_]+)+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Z].*\.$")]
    private static partial Regex Sentence();
}
