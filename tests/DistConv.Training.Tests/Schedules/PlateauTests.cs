using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Schedules;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Loop;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Schedules;

/// <summary>203 samples, batch 100: an epoch has 3 steps. The rate is so high that the loss does not fall in every epoch.</summary>
public sealed class PlateauTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static JobSpec Spec { get; } = TinyJobs.Spec(samples: 203, steps: 30, optimizer: new OptimizerSpec("sgd", 0.9f, Momentum: 0.9f)) with
    {
        Schedule = new ScheduleSpec("plateau", EveryEpochs: 1, Factor: 0.5, MinFraction: 0.1),
    };

    private JobStore Store => new(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(0.5, 1.0, 1.0)]
    [InlineData(1, 3.0, 2.0, 1.0)]
    [InlineData(0.5, 3.0, 2.0, 2.5)]
    [InlineData(0.25, 3.0, 2.0, 2.5, 2.0)] // As low as the lowest is not lower.
    [InlineData(0.25, 3.0, 2.0, 2.5, 2.0, 1.0)]
    [InlineData(0.2, 3.0, 2.0, 2.5, 2.0, 1.0, 1.0)]
    [InlineData(0.2, 3.0, 2.0, 2.5, 2.0, 1.0, 1.0, double.NaN)]
    [InlineData(0.5, double.NaN, 3.0)]
    public void Fraction_patienceOfOne_fallsWithEveryEpochWithoutALowerLoss(double expected, params double[] losses) =>
        Assert.Equal(expected, Plateau.Fraction(new ScheduleSpec("plateau", 1, 0.5, 0.2), Epochs(losses), long.MaxValue));

    [Fact]
    public void Fraction_patience_countsAnewAfterAReduction()
    {
        ScheduleSpec schedule = new("plateau", 2, 0.5);
        EpochMetrics[] epochs = Epochs(1, 2, 2, 2, 2, 0.5, 2, 2);
        double[] afterEach = [.. Enumerable.Range(0, 9).Select(count => Plateau.Fraction(schedule, epochs, 10 * count))];

        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125], afterEach);
        Assert.Equal(1, Plateau.Fraction(new ScheduleSpec("cosine"), epochs, long.MaxValue));
    }

    [Fact]
    public async Task RunAsync_plateau_followsTheLossesThatTheRunMeasured()
    {
        JobFolder job = Store.Create("job", Spec);
        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions());

        double fraction = 1, lowest = double.PositiveInfinity;
        List<float> expected = [];
        foreach (EpochMetrics epoch in status.Epochs)
        {
            for (int i = 0; i < 3; i++) expected.Add((float)(0.9f * fraction));
            if (epoch.TestLoss < lowest) lowest = epoch.TestLoss;
            else fraction = Math.Max(fraction * 0.5, 0.1);
        }

        Assert.Equal(expected, job.ReadRecordTable().Steps.Select(step => step.LearningRate!.Value));
        Assert.True(expected.Distinct().Count() >= 3, "the job has no plateau");
        JobStatus constant = await LoopRuns.RunAsync(Store.Create("constant", Spec with { Schedule = null }), new RunOptions());
        Assert.NotEqual(constant.WeightsDigest, status.WeightsDigest);
    }

    /// <summary>Stopped at, before and after the end of each epoch, with other numbers of threads.</summary>
    [Fact]
    public async Task RunAsync_stoppedManyTimes_equalsUninterrupted()
    {
        JobFolder straight = Store.Create("straight", Spec), stopped = Store.Create("stopped", Spec);
        JobStatus expected = await LoopRuns.RunAsync(straight, new RunOptions());
        for (long stop = 1; stop < 30; stop += 1 + (stop % 2)) await LoopRuns.RunAsync(stopped, new RunOptions(StopAt: stop), threads: (int)(1 + (stop % 3)));
        JobStatus actual = await LoopRuns.RunAsync(stopped, new RunOptions());

        Assert.Equal(expected.WeightsDigest, actual.WeightsDigest);
        Assert.Equal(expected.LearningRate, actual.LearningRate);
        Assert.Equal(LoopRuns.Log(straight), LoopRuns.Log(stopped));
    }

    [Theory]
    [InlineData(12)] // A whole epoch.
    [InlineData(14)] // The middle of an epoch, which was evaluated there: the longer job has no such epoch.
    public async Task Extend_plateau_equalsTheLongerJob(long steps)
    {
        JobStatus expected = await LoopRuns.RunAsync(Store.Create("straight", Spec), new RunOptions());
        JobFolder job = Store.Create("job", Spec with { TotalSteps = steps });
        await LoopRuns.RunAsync(job, new RunOptions());

        JobStatus resumed = await LoopRuns.RunAsync(job.Extend(30), new RunOptions());

        Assert.Equal((JobState.Done, expected.WeightsDigest), (resumed.State, resumed.WeightsDigest));
        Assert.Equal(expected.WithoutTime(), resumed.WithoutTime());
    }

    private static EpochMetrics[] Epochs(params double[] losses) =>
        [.. losses.Select((loss, i) => new EpochMetrics(i + 1, 10 * (i + 1), 0, 0, loss, 0, 0, 0, ""))];
}
