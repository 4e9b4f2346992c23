using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using SkiaSharp;
using Xunit;

namespace DistConv.Filters.Tests.Pictures;

public sealed class LossFigureTests
{
    private static readonly JobFigures _classes =
        new() { Loss = "mean cross-entropy, nats", Accuracy = JobFigures.ClassAccuracy, HasAuc = false, HasMeanAbsoluteError = false };

    private static readonly EpochMetrics _epoch = new(1, 40, 0.5, 0.8, 0.4, 0.9, 1, 100, "");

    [Fact]
    public void Of_nothingMeasured_isNothing() => Assert.Null(LossFigure.Of("t", "s", _classes, [], []));

    [Fact]
    public void Of_stepsAndEpochs_drawsAllOfThem()
    {
        StepEntry[] steps = [.. Enumerable.Range(0, 40).Select(step => new StepEntry(step, 2.0 / (step + 1), step / 40.0, 10, 1, [], null))];

        HashSet<SKColor> both = Colours(LossFigure.Of("t", "s", _classes, steps, [_epoch])!), alone = Colours(LossFigure.Of("t", "s", _classes, steps, [])!);

        Assert.Superset(new HashSet<SKColor> { Palette.Series[0], Palette.Series[1] }, both);
        Assert.Contains(Palette.Series[0], alone);
        Assert.DoesNotContain(Palette.Series[1], alone);
    }

    [Fact]
    public void Of_validation_hasAColourOfItsOwn() =>
        Assert.Contains(Palette.Series[2], Colours(LossFigure.Of("t", "s", _classes, [], [_epoch with { ValidationLoss = 0.3, ValidationAccuracy = 0.7 }])!));

    [Fact]
    public void Of_lossThatIsNoNumber_leavesAGap() =>
        Assert.NotNull(LossFigure.Of(
            "t",
            "s",
            _classes,
            [new StepEntry(0, double.NaN, 0, 10, 1, [], null), new StepEntry(1, double.PositiveInfinity, 0, 10, 1, [], null)],
            [])!.Render(1));

    [Fact]
    public void Of_jobWithoutAccuracy_hasTheLossAlone()
    {
        JobFigures ofNumbers = _classes with { Loss = "mean squared error", Accuracy = null, HasMeanAbsoluteError = true };
        using SKImage both = LossFigure.Of("t", "s", _classes, [], [_epoch])!.Render(1), one = LossFigure.Of("t", "s", ofNumbers, [], [_epoch])!.Render(1);
        Assert.True(one.Height < both.Height - 100, $"{one.Height} and {both.Height} pixels");
    }

    private static HashSet<SKColor> Colours(Figure figure)
    {
        using SKImage image = figure.Render(2);
        using SKBitmap pixels = SKBitmap.FromImage(image);
        return [.. pixels.Pixels];
    }
}
