using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

public sealed class JobFiguresTests
{
    [Theory]
    [InlineData(LabelKind.Class, 10, "softmax", null, "mean cross-entropy, nats", "accuracy", false, false)]
    [InlineData(LabelKind.Class, 2, "softmax", null, "mean cross-entropy, nats", "accuracy", true, false)]
    [InlineData(LabelKind.Class, 1, "sigmoid", null, "mean binary cross-entropy, nats", "accuracy", true, false)]
    [InlineData(LabelKind.Class, 3, "sigmoid", "mean_squared_error", "mean squared error", "accuracy", false, false)]
    [InlineData(LabelKind.Class, 10, "linear", null, "mean squared error", "accuracy", false, true)]
    [InlineData(LabelKind.Several, 3, "sigmoid", null, "mean binary cross-entropy, nats", "all labels right", true, false)]
    [InlineData(LabelKind.Several, 3, "linear", null, "mean squared error", "all labels right", true, true)]
    [InlineData(LabelKind.Numbers, 3, "linear", "mean_absolute_error", "mean absolute error", null, false, true)]
    [InlineData(LabelKind.Numbers, 1, "sigmoid", null, "mean binary cross-entropy, nats", null, false, false)]
    public void Of_labelsAndOutputs_hasWhatMeansSomething(
        LabelKind labels, int units, string activation, string? loss, string expectedLoss, string? accuracy, bool hasAuc, bool hasError)
    {
        ModelPlan plan = ModelSpec.Parse(
            $$"""{"input": [4, 4, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": {{units}}, "activation": "{{activation}}"}]}""", "m").Infer();

        JobFigures figures = JobFigures.Of(labels, plan, loss);

        JobFigures expected = new() { Loss = expectedLoss, Accuracy = accuracy, HasAuc = hasAuc, HasMeanAbsoluteError = hasError };
        Assert.Equal(expected, figures);
        Assert.Equal(accuracy is null ? null : 0.25, JobFigures.MeasuredAccuracy(labels, 0.25));
    }
}
