using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

/// <summary>What the figures of a job that has ended say.</summary>
public class TrainingAdviceTests
{
    private static readonly JobSpec _spec = TinyJobs.Spec(optimizer: TinyJobs.Adam);

    [Theory]
    [InlineData(0.99, 0.05, 0.7, 1.2, 100, "overfitting: accuracy is 99.0% on training samples and 70.0% on held-out ones.")]
    [InlineData(0.99, 0.05, 0.9, 0.3, 100, null)]
    [InlineData(0.9, 0.5, 0.7, 0.8, 100, null)]
    [InlineData(0.3, 1.3, 0.26, 1.38, 100, "the held-out accuracy of 26.0% is that of guessing among 4 classes.")]
    [InlineData(0.3, 1.3, 0.26, 1.38, 20, null)]
    public void Of_lastEpoch_saysOneLineOrNone(double train, double trainLoss, double test, double testLoss, long step, string? expected)
    {
        IReadOnlyList<string> lines = TrainingAdvice.Of(_spec, [new EpochMetrics(1, step, trainLoss, train, testLoss, test, 1, 1003, "")]);
        if (expected is null) Assert.Empty(lines);
        else Assert.StartsWith(expected, Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_validation_isJudgedInsteadOfTheTestSet()
    {
        EpochMetrics epoch = new(1, 100, 0.05, 0.99, 0.1, 0.98, 1, 1003, "", ValidationLoss: 1.5, ValidationAccuracy: 0.6);
        Assert.Contains("60.0% on validation ones", Assert.Single(TrainingAdvice.Of(_spec, [epoch])), StringComparison.Ordinal);
        Assert.Empty(TrainingAdvice.Of(_spec with { Labels = LabelKind.Numbers }, [epoch]));
        Assert.Empty(TrainingAdvice.Of(_spec, []));
    }
}
