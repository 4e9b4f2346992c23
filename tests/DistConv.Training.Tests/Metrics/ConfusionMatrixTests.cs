using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Score_handCounted_isPrecisionRecallAndF1()
    {
        (int Label, int Predicted)[] samples = [(0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (1, 1), (1, 1)];
        ConfusionMatrix matrix = new(3, samples.Select(sample => new SampleOutcome(sample.Label, sample.Predicted, 0.5f, 1)));
        Assert.Equal((7, 5), (matrix.Samples, matrix.Correct));
        Assert.Equal([1, 3, 0], matrix.Row(1));
        Assert.Equal(new ClassScore(2.0 / 3, 2.0 / 3, 2.0 / 3, 3), matrix.Score(0));
        Assert.Equal(new ClassScore(0.75, 0.75, 0.75, 4), matrix.Score(1));
        Assert.Equal(new ClassScore(double.NaN, double.NaN, double.NaN, 0), matrix.Score(2));
    }
}
