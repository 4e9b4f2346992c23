using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

public class TelemetryTests
{
    [Fact]
    public void Meter_listener_seesEveryInstrumentWithItsUnit()
    {
        using var probe = new Probe("units", _ => true);

        Assert.Equal(
            new SortedDictionary<string, string?>
            {
                ["distconv.train.loss"] = "nat",
                ["distconv.train.accuracy"] = "1",
                ["distconv.test.loss"] = "nat",
                ["distconv.test.accuracy"] = "1",
                ["distconv.train.samples"] = "{sample}",
                ["distconv.exchange.bytes"] = "By",
                ["distconv.shard.retries"] = "{shard}",
                ["distconv.step.duration"] = "ms",
                ["distconv.step.phase.duration"] = "ms",
            },
            probe.Units);
    }

    [Fact]
    public void RecordStep_values_reachTheListener()
    {
        using var probe = new Probe("values", _ => true);

        Telemetry.RecordStep("values", new StepTotals(50, 25, 10), new StepTiming(1, 2, 3, 4, 5000), 11);
        Telemetry.RecordEvaluation("values", new EvaluationResult(0.75, 0.5, 300));
        Telemetry.RecordRetries("values", 3);

        Assert.Equal(
            new SortedDictionary<string, double>
            {
                ["distconv.train.loss"] = 0.5,
                ["distconv.train.accuracy"] = 0.2,
                ["distconv.test.loss"] = 0.75,
                ["distconv.test.accuracy"] = 0.5,
                ["distconv.train.samples"] = 50,
                ["distconv.exchange.bytes"] = 5000,
                ["distconv.shard.retries"] = 3,
                ["distconv.step.duration"] = 11,
                ["distconv.step.phase.duration compute"] = 1,
                ["distconv.step.phase.duration exchange"] = 2,
                ["distconv.step.phase.duration reduce"] = 3,
                ["distconv.step.phase.duration update"] = 4,
            },
            new SortedDictionary<string, double>(probe.Values.ToDictionary()));
    }

    [Fact]
    public void RecordStep_onlyTheLossIsListenedTo_isRecorded()
    {
        using var probe = new Probe("loss-only", instrument => instrument.Name == "distconv.train.loss");

        Telemetry.RecordStep("loss-only", new StepTotals(50, 25, 10), default, 11);

        Assert.Equal(new KeyValuePair<string, double>("distconv.train.loss", 0.5), Assert.Single(probe.Values));
    }

    [Fact]
    public async Task RunAsync_job_countsItsSamplesAndTracesItsEpochs()
    {
        using var folder = new TemporaryFolder();
        using var probe = new Probe("telemetry-job", _ => true);
        var activities = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => activities.Add(activity.OperationName),
        };
        ActivitySource.AddActivityListener(listener);

        await LoopRuns.RunAsync(new JobStore(folder.Root).Create("telemetry-job", TinyJobs.Spec(steps: 12)), new RunOptions());

        Assert.Equal(1003 + 100, probe.Sum("distconv.train.samples"));
        Assert.Contains("distconv.evaluate", activities);
        Assert.Contains("distconv.snapshot", activities);
    }

    /// <summary>Listens to the meter, to one job's measurements (other tests train at the same time).</summary>
    private sealed class Probe : IDisposable
    {
        private readonly string _job;
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, double> _sums = new();

        public Probe(string job, Func<Instrument, bool> wanted)
        {
            _job = job;
            Assert.Equal("DistConv", Telemetry.Activities.Name);
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != Telemetry.Name) return;
                Units[instrument.Name] = instrument.Unit;
                if (wanted(instrument)) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.Start();
        }

        public SortedDictionary<string, string?> Units { get; } = [];

        public ConcurrentDictionary<string, double> Values { get; } = new();

        public double Sum(string name) => _sums[name];

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string name = instrument.Name;
            bool ours = false;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key == "job") ours = (string?)tag.Value == _job;
                else name += " " + tag.Value;
            }

            if (!ours) return;
            Values[name] = value;
            _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
        }
    }
}
