using System.Diagnostics;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

[Collection(MetricProbe.Collection)]
public sealed class TelemetryCostTests
{
    [Fact]
    public void Step_nobodyListens_allocatesNothing()
    {
        JobMeasures job = new("cost", TimeProvider.System) { PlannedSteps = 1_000, Totals = () => null };
        StepTrace trace = new("cost");
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (long step = 0; step < 200; step++) Measure(job, trace, step);
            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static void Measure(JobMeasures job, StepTrace trace, long step)
    {
        StepTotals totals = new(10, 5, 2);
        long now = Stopwatch.GetTimestamp();
        job.StepDone(step + 1, totals, 0.001);
        Telemetry.RecordStep(new StepTiming(1, 2, 3, 4, 100), 10);
        Telemetry.RecordShards(1);
        Telemetry.ShardRetries.Add(0);
        Telemetry.AddSent(100);
        trace.Add(step, new PhaseSpan(now - 10, now), default, totals);
    }
}
