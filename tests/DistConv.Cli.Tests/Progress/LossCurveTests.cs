using CsCheck;
using DistConv.Cli.Output;
using DistConv.Cli.Progress;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Cli.Tests.Progress;

public sealed class LossCurveTests
{
    [Fact]
    public void Add_statuses_recoversTheStepsBetweenThem()
    {
        LossCurve curve = new();
        curve.Add(At(step: 2, loss: 3)); // Steps 0 and 1: 6 in all.
        curve.Add(At(step: 4, loss: 2)); // 8 in all: 2 more over two steps.
        Assert.Equal([3, 1], curve.Columns(10));
    }

    [Fact]
    public void Add_epochEnds_takesItsRestFromItsMetrics()
    {
        LossCurve curve = new();
        curve.Add(At(step: 8, loss: 2));
        EpochMetrics ended = new(1, 10, 1.8, 0, 0, 0, 0, 0, "");
        curve.Add(At(step: 12, loss: 0.5) with { Epochs = [ended] }); // 18 over ten steps: 2 over the last two.
        Assert.Equal([2, 1, 0.5], curve.Columns(10).Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public void Add_stepsThatWereSeen_areNotCountedAgain()
    {
        LossCurve curve = new();
        curve.Add(0, 10, 1);
        curve.Add(5, 8, 9);
        curve.Add(5, 12, 3);
        Assert.Equal([1, 3], curve.Columns(10));
        Assert.Equal(12, curve.Steps);
    }

    [Fact]
    public void Add_manySteps_boundedMemoryAndTheSameMean() =>
        Gen.Int[1, 20_000].Sample(
            steps =>
            {
                LossCurve curve = new();
                for (int step = 0; step < steps; step++) curve.Add(step, step + 1, step);
                double[] columns = curve.Columns(80);
                Assert.InRange(curve.Count, 1, LossCurve.Capacity);
                Assert.Equal(Math.Min(steps, 80), columns.Length);
                Assert.Equal(columns.Order(), columns);
                Assert.Equal((steps - 1) / 2.0, Assert.Single(curve.Columns(1)), 6);
            },
            iter: 20);

    [Fact]
    public void Lines_fallingLoss_isASlope()
    {
        LossCurve curve = new();
        for (int step = 0; step < 9; step++) curve.Add(step, step + 1, 9 - step);
        Assert.Equal(["9.0000 █▅▂", "  loss ███▇▅▂", "1.0000 ██████▇▄▁"], Draw(curve, 3));
    }

    [Fact]
    public void Lines_notANumber_isAGap()
    {
        LossCurve curve = new();
        foreach ((int step, double loss) in new[] { 2, double.NaN, 1 }.Index()) curve.Add(step, step + 1, loss);
        Assert.Equal(["loss █ ▁"], Draw(curve, 1).Select(line => line.TrimStart()));
    }

    [Fact]
    public void Lines_oneValueOnly_isFlat()
    {
        LossCurve curve = new();
        foreach (int step in (int[])[0, 1, 2]) curve.Add(step, step + 1, 0.5);
        Assert.Equal(["  loss ▁▁▁"], Draw(curve, 1));
    }

    private static IEnumerable<string> Draw(LossCurve curve, int rows) =>
        ProgressCurve.Lines(curve, rows, new Viewport(40, 24, true)).Select(line => line.ToString());

    private static JobStatus At(long step, double loss) =>
        new()
        {
            Job = "j",
            State = JobState.Running,
            Step = step,
            TotalSteps = 20,
            StepsPerEpoch = 10,
            Epoch = (int)(step / 10) + 1,
            EpochCount = 2,
            Loss =
            loss
        };
}
