using System.Collections.Concurrent;
using System.Diagnostics;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Tests.Metrics;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

[Collection(MetricProbe.Collection)]
public sealed class TelemetryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MetricProbe _probe = new();

    public void Dispose()
    {
        _probe.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void RecordStep_milliseconds_areSeconds()
    {
        Telemetry.RecordStep(new StepTiming(1_001, 2_002, 3_003, 4_004), 11_011);

        Assert.Contains(("", 11.011), _probe.Recorded(MetricTable.StepDuration));
        IReadOnlyList<(string, double)> phases = _probe.Recorded(MetricTable.StepPhaseDuration);
        Assert.Contains(("compute", 1.001), phases);
        Assert.Contains(("exchange", 2.002), phases);
        Assert.Contains(("reduce", 3.003), phases);
        Assert.Contains(("update", 4.004), phases);
    }

    [Fact]
    public void Counters_nothingAdded_areThereForEachValue()
    {
        foreach (MetricDefinition metric in MetricTable.All.Where(metric => metric is { Kind: MetricKind.Counter, Presence: MetricPresence.Process }))
            Assert.Equal(metric.Attributes.SingleOrDefault()?.Values ?? [""], _probe.Of(metric).Keys);
    }

    [Fact]
    public async Task RunAsync_job_isShownWhileItRunsAndNotAfterwards()
    {
        JobFolder job = Create("shown", steps: 12);
        SortedDictionary<string, double> during = [];

        await LoopRuns.RunAsync(
            job, new RunOptions(NormsEverySteps: 1), (_, trainer) => new Watched(trainer, step => { if (step == 11) during = _probe.OfJob("shown"); }));

        StepEntry last = job.ReadRecordTable().Steps[10];
        Assert.Equal(last.Loss, during["loss"]);
        Assert.Equal(last.Accuracy, during["accuracy"]);
        Assert.Equal((double)last.LearningRate!.Value, during["learning_rate"]);
        Assert.Equal(11, during["step"]);
        Assert.Equal(12, during["step.planned"]);
        Assert.Equal(1, during["silos"]);
        Assert.Equal(job.LatestEpochs()[0].TestLoss, during["evaluation.loss test"]);
        Assert.Equal(job.LatestEpochs()[0].TestAccuracy, during["evaluation.accuracy test"]);
        Assert.DoesNotContain("evaluation.loss validation", during.Keys);
        Assert.InRange(during["step.age"], 0, 60);
        Assert.InRange(during["snapshot.age"], 0, 60);
        Assert.Equal(0, during["retries"]);
        Assert.Empty(_probe.OfJob("shown"));
    }

    [Fact]
    public async Task RunAsync_resumedRun_totalsAreThoseOfTheRecord()
    {
        JobFolder job = Create("resumed", steps: 25);
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 12));
        double first = 0;

        await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new Watched(trainer, step =>
        {
            if (step != 14) return;
            SpinWait.SpinUntil(() => _probe.OfJob("resumed").ContainsKey("samples"), TimeSpan.FromMinutes(1)); // The earlier run's rows are being read.
            first = _probe.OfJob("resumed")["samples"];
        }));

        Assert.InRange(first, job.ReadRecordTable().Steps.Take(12).Sum(step => step.Samples), job.ReadRecordTable().Steps.Take(14).Sum(step => step.Samples));
    }

    [Fact]
    public async Task RunAsync_repeatsSteps_totalsNeitherFallNorCountTwice()
    {
        JobFolder job = Create("repeated", steps: 25);
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 20));
        File.Delete(job.Snapshots()[^1].Path); // The next run begins at the snapshot of the first epoch's end, step 11.
        double[] all = new double[25];

        await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new Watched(trainer, step =>
        {
            if (step < 12) return;
            SpinWait.SpinUntil(() => _probe.OfJob("repeated").ContainsKey("samples"), TimeSpan.FromMinutes(1));
            all[step] = _probe.OfJob("repeated")["samples"];
        }));

        int[] samples = [.. job.ReadRecordTable().Steps.Select(step => step.Samples)];
        for (int step = 12; step < 20; step++) Assert.Equal(samples[..20].Sum(), all[step]); // Recorded before, whoever computes them again.
        for (int step = 20; step < 25; step++) Assert.InRange(all[step], all[step - 1], samples[..step].Sum());
    }

    [Fact]
    public async Task RunAsync_fails_countsTheReason()
    {
        double before = _probe.Of(MetricTable.JobFailures)[FailureReasons.Store];
        JobFolder job = Create("failing", steps: 12);

        await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new Watched(trainer, step =>
        {
            if (step == 3) throw new IOException("the disk is gone");
        }));

        Assert.True(_probe.Of(MetricTable.JobFailures)[FailureReasons.Store] > before);
        Assert.Empty(_probe.OfJob("failing"));
    }

    [Fact]
    public async Task RunAsync_listened_tracesSampledStepsWithTheirPhases()
    {
        ConcurrentQueue<Activity> activities = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await LoopRuns.RunAsync(Create("traced", steps: 12), new RunOptions());

        Assert.Contains(activities, activity => activity.OperationName == "distconv.evaluate");
        Assert.Contains(activities, activity => activity.OperationName == "distconv.snapshot");
        Activity step = Assert.Single(
            activities, activity => activity.OperationName == "distconv.step" && activity.GetTagItem("distconv.job_id") as string == "traced"
                && activity.GetTagItem("distconv.slow") is false);
        Assert.Equal(0L, step.GetTagItem("distconv.step"));
        Activity[] phases = [.. activities.Where(activity => activity.ParentSpanId == step.SpanId)];
        Assert.Equal(
            ["distconv.step.compute", "distconv.step.exchange", "distconv.step.reduce", "distconv.step.update"],
            phases.Select(phase => phase.OperationName).Order());
        Assert.All(phases, phase => Assert.InRange(phase.StartTimeUtc, step.StartTimeUtc, phase.StartTimeUtc + phase.Duration));
        Assert.All(phases, phase => Assert.True(phase.StartTimeUtc + phase.Duration <= step.StartTimeUtc + step.Duration + TimeSpan.FromTicks(10)));
    }

    [Fact]
    public void Add_slowStep_isTracedOutOfTurn()
    {
        ConcurrentQueue<Activity> activities = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        StepTrace trace = new("slow");
        long ten = Stopwatch.Frequency / 100;

        for (long step = 1; step < 60; step++) trace.Add(step, new PhaseSpan(0, step == 57 ? 4 * ten : ten), default, new StepTotals(10, 5, 1));

        Activity slow = Assert.Single(
            activities, activity => activity.OperationName == "distconv.step" && activity.GetTagItem("distconv.job_id") as string == "slow");
        Assert.Equal(57L, slow.GetTagItem("distconv.step"));
        Assert.Equal(40, slow.Duration.TotalMilliseconds, 3.0);
    }

    private JobFolder Create(string id, long steps) => new JobStore(_folder.Root).Create(id, TinyJobs.Spec(steps: steps));

    private sealed class Watched(LocalTrainer trainer, Action<long> before) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            before(step);
            return base.RunStepAsync(step, progress, measureNorms, cancellationToken);
        }
    }
}
