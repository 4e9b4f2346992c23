using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

/// <summary>Which jobs the metrics show. One registry serves the whole process, so each test has jobs of its own.</summary>
[Collection(MetricProbe.Collection)]
public sealed class MeasuredJobsTests : IDisposable
{
    private readonly MetricProbe _probe = new();

    public void Dispose() => _probe.Dispose();

    [Fact]
    public void Leave_finalJob_isSeenOnceByEachIntervalReaderThatWasThere()
    {
        using MeasuredJobs.IntervalReader first = Telemetry.Jobs.AddReader(), second = Telemetry.Jobs.AddReader();
        JobMeasures job = Enter("final");
        Telemetry.Jobs.Leave(job, isFinal: true);

        Assert.True(IsSeen(first, "final"));
        Assert.True(IsSeen(second, "final"));
        Assert.False(IsSeen(first, "final"));
    }

    [Fact]
    public void Leave_readerGoes_isForgotten()
    {
        MeasuredJobs.IntervalReader reader = Telemetry.Jobs.AddReader();
        Telemetry.Jobs.Leave(Enter("unseen"), isFinal: true);
        Assert.NotEmpty(_probe.OfJob("unseen"));

        reader.Dispose();

        Assert.Empty(_probe.OfJob("unseen"));
    }

    [Fact]
    public void Leave_handedOver_isGoneAtOnce()
    {
        using MeasuredJobs.IntervalReader reader = Telemetry.Jobs.AddReader();
        Telemetry.Jobs.Leave(Enter("handed-over"), isFinal: false);

        Assert.Empty(_probe.OfJob("handed-over"));
    }

    [Fact]
    public void Enter_jobThatEnded_isShownAsItRunsNow()
    {
        using MeasuredJobs.IntervalReader reader = Telemetry.Jobs.AddReader();
        JobMeasures before = Enter("again");
        before.StandAt(7, 1);
        Telemetry.Jobs.Leave(before, isFinal: true);
        JobMeasures after = Enter("again");
        after.StandAt(3, 1);

        Assert.Equal(3, _probe.OfJob("again")["step"]);
        Telemetry.Jobs.Leave(after, isFinal: false);
    }

    [Fact]
    public void Enter_manyJobs_showsAHundredOfThem()
    {
        JobMeasures[] jobs = [.. Enumerable.Range(0, 2 * MeasuredJobs.MaxJobs).Select(number => Enter($"many-{number}"))];

        Assert.Equal(MeasuredJobs.MaxJobs, _probe.Of(MetricTable.JobStepPlanned).Count);
        foreach (JobMeasures job in jobs) Telemetry.Jobs.Leave(job, isFinal: false);
    }

    [Fact]
    public void Evaluated_jobWithoutAccuracy_measuresTheLossAlone()
    {
        JobMeasures job = new("numbers", TimeProvider.System) { PlannedSteps = 10, Totals = () => null, HasAccuracy = false };
        job.Evaluated(new EpochMetrics(1, 5, 0.5, 0, 0.25, 0, 1, 10, "", 0.75, 0));
        Assert.Equal((0.25, 0.75), (job.TestLoss, job.ValidationLoss));
        Assert.All([job.Accuracy, job.TestAccuracy, job.ValidationAccuracy], accuracy => Assert.Equal(double.NaN, accuracy));
    }

    private static JobMeasures Enter(string id)
    {
        JobMeasures job = new(id, TimeProvider.System) { PlannedSteps = 10, Totals = () => null };
        Telemetry.Jobs.Enter(job);
        return job;
    }

    private bool IsSeen(MeasuredJobs.IntervalReader reader, string job)
    {
        bool isSeen = false;
        reader.Look(() => isSeen = _probe.OfJob(job).Count > 0);
        return isSeen;
    }
}
