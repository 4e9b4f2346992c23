using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

public class EarlyStoppingTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1, 0.5)]
    [InlineData(3, 0.5, 0.4, 0.3)]
    [InlineData(2, 0.5, 0.3, 0.4)]
    [InlineData(1, 0.3, 0.3, 0.3)]
    [InlineData(2, double.NaN, 0.3, double.NaN)]
    [InlineData(null, double.NaN, double.PositiveInfinity)]
    public void Best_losses_isTheFirstLowest(int? epoch, params double[] losses) => Assert.Equal(epoch, EarlyStopping.Best(Epochs(losses))?.Epoch);

    [Fact]
    public void Best_validationLoss_goesBeforeHeldOutLoss()
    {
        EpochMetrics[] epochs = [Epoch(1, 0.1) with { ValidationLoss = 0.9 }, Epoch(2, 0.5) with { ValidationLoss = 0.8 }];

        Assert.Equal(2, EarlyStopping.Best(epochs)!.Epoch);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true, 0.5, 0.5)]
    [InlineData(2, false, 0.5, 0.6)]
    [InlineData(2, true, 0.5, 0.6, 0.5)]
    [InlineData(2, false, 0.5, 0.6, 0.4)]
    [InlineData(1, true, double.NaN)]
    [InlineData(2, false, double.NaN)]
    public void IsOver_patience_countsEpochsSinceTheBest(int patience, bool expected, params double[] losses)
    {
        JobSpec spec = SnapshotSamples.Spec with { EarlyStopPatience = patience };

        Assert.Equal(expected, EarlyStopping.IsOver(spec, Epochs(losses)));
        Assert.False(EarlyStopping.IsOver(spec with { EarlyStopPatience = null }, Epochs(losses)));
    }

    [Fact]
    public void Reason_atTheJobsEnd_isNone()
    {
        JobSpec spec = SnapshotSamples.Spec with { EarlyStopPatience = 1, ValidationSamples = 5, TotalSteps = 30 };

        Assert.Equal("stopped early after epoch 2: the validation loss has not been lower since epoch 1", EarlyStopping.Reason(spec, Epochs(0.5, 0.5)));
        Assert.Null(EarlyStopping.Reason(spec with { TotalSteps = 20 }, Epochs(0.5, 0.5)));
        Assert.Null(EarlyStopping.Reason(spec, Epochs(0.5, 0.4)));
    }

    /// <summary>The loss is lowest in the first epoch, the accuracy highest in the second, the AUC in the third, the error lowest in the fourth.</summary>
    [Theory]
    [InlineData(null, 1)]
    [InlineData("accuracy", 2)]
    [InlineData("auc", 3)]
    [InlineData("mae", 4)]
    public void Best_byAFigure_isTheFirstBestOfThatFigure(string? by, int expected)
    {
        EpochMetrics[] epochs =
        [
            Epoch(1, 0.1) with { TestAccuracy = 0.5, TestAuc = 0.6, TestMeanAbsoluteError = 3 },
            Epoch(2, 0.2) with { TestAccuracy = 0.9, TestAuc = double.NaN, TestMeanAbsoluteError = 2 },
            Epoch(3, 0.3) with { TestAccuracy = 0.9, TestAuc = 0.8, TestMeanAbsoluteError = 2 },
            Epoch(4, 0.4) with { TestAccuracy = 0.4, TestAuc = 0.8, TestMeanAbsoluteError = 1 },
        ];
        JobSpec spec = SnapshotSamples.Spec with { BestBy = by, EarlyStopPatience = 2 };

        Assert.Equal(expected, BestFigure.Best(by, epochs)!.Epoch);
        Assert.Equal(expected <= 2, EarlyStopping.IsOver(spec, epochs));
        EpochMetrics[] validated = [.. epochs.Select(epoch => epoch with
        {
            ValidationLoss = epoch.TestLoss,
            ValidationAccuracy = -epoch.TestAccuracy,
            ValidationAuc = -epoch.TestAuc,
            ValidationMeanAbsoluteError = -epoch.TestMeanAbsoluteError,
        })];
        Assert.Equal(by switch { "accuracy" => 4, "auc" or "mae" => 1, _ => 1 }, BestFigure.Best(by, validated)!.Epoch);
    }

    [Fact]
    public void Reason_byAccuracy_namesIt() => Assert.Equal(
        "stopped early after epoch 2: the held-out accuracy has not been higher since epoch 1",
        EarlyStopping.Reason(SnapshotSamples.Spec with { EarlyStopPatience = 1, BestBy = "accuracy", TotalSteps = 30 }, Epochs(0.5, 0.4)));

    private static EpochMetrics[] Epochs(params double[] losses) => [.. losses.Select((loss, i) => Epoch(i + 1, loss))];

    private static EpochMetrics Epoch(int number, double loss) => new(number, 10 * number, 0, 0, loss, 0, 0, 0, "");
}
