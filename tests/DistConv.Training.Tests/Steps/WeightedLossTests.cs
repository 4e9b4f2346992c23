using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps with label smoothing and class weights.</summary>
public class WeightedLossTests
{
    private static readonly JobSpec _plain = TinyJobs.Spec(TinyJobs.Plain, new OptimizerSpec("sgd", 0.1f), samples: 103, batch: 30, shards: 7);

    public static TheoryData<float?, float[]?> Options => new() { { 0.1f, null }, { null, [0f, 0.5f, 1f, 3f] }, { 0.3f, [2f, 0.5f, 1f, 3f] } };

    [Theory]
    [MemberData(nameof(Options))]
    public void Step_smoothedOrWeighted_hasTheSameBitsOnAnyMachine(float? smoothing, float[]? weights)
    {
        JobSpec spec = _plain with { LabelSmoothing = smoothing, ClassWeights = weights };
        string? expected = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in (int[])[1, 3]) Assert.Equal(expected ??= Digest(spec, kernels, threads), Digest(spec, kernels, threads));
        }

        Assert.NotEqual(Digest(_plain, KernelSets.Supported[^1], 2), expected);
    }

    [Fact]
    public void Step_weights_multiplyTheGradientAndNotTheCount()
    {
        // All weights 2: twice the gradient, so the same step as with twice the rate, whatever the number of samples.
        JobSpec twice = _plain with { ClassWeights = [2f, 2f, 2f, 2f] }, fast = _plain with { Optimizer = new OptimizerSpec("sgd", 0.2f) };
        Assert.Equal(Digest(fast, KernelSets.Supported[^1], 2), Digest(twice, KernelSets.Supported[^1], 2));

        // One class counts: the step is that of its samples alone, divided by the number of all samples.
        JobSpec one = _plain with { ClassWeights = [1f, 0f, 0f, 0f] };
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(one, TinyJobs.Data(one.Samples), pool, KernelSets.Supported[^1]);
        StepTotals totals = trainer.Step().Totals;
        Assert.Equal(30, totals.Samples);
        using var plain = new LocalTrainer(_plain, TinyJobs.Data(one.Samples), pool, KernelSets.Supported[^1]);
        Assert.InRange(totals.LossSum, 1e-3, 0.6 * plain.Step().Totals.LossSum);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public async Task Evaluate_smoothedOrWeighted_knowsNeither(float? smoothing, float[]? weights)
    {
        using var pool = new ComputePool(2);
        DataSource data = TinyJobs.Data(_plain.Samples);
        using var plain = new LocalTrainer(_plain, data, pool, KernelSets.Supported[^1]);
        using var other = new LocalTrainer(
            _plain with { LabelSmoothing = smoothing, ClassWeights = weights }, data, pool, KernelSets.Supported[^1]);
        Assert.Equal(await plain.Replica.EvaluateAsync(), await other.Replica.EvaluateAsync());
    }

    [Theory]
    [InlineData(null, 0.1f, null, null)]
    [InlineData(null, 1f, null, "labelSmoothing is 1; give a number above 0 and below 1")]
    [InlineData(null, 0f, null, "labelSmoothing is 0; give a number above 0 and below 1")]
    [InlineData(null, float.NaN, null, "labelSmoothing is NaN; give a number above 0 and below 1")]
    [InlineData(null, null, new[] { 1f, 2f }, "classWeights has 2 numbers, but the model has 4 classes; give 4")]
    [InlineData(null, null, new[] { 1f, -2f, 1f, 1f }, "classWeights has -2 for class 1; give numbers of at least 0")]
    [InlineData(null, null, new[] { 1f, 1f, 1f, float.NaN }, "classWeights has NaN for class 3; give numbers of at least 0")]
    [InlineData(null, null, new[] { 0f, 0f, 0f, 0f }, "classWeights are all 0, so nothing would be learned; give some above 0")]
    [InlineData(null, null, new[] { 1f, 1f, 1f, 1f }, "classWeights are all 1, the default; leave them out")]
    public void FindProblems_smoothingAndWeights_saysWhatWouldBeRight(string? loss, float? smoothing, float[]? weights, string? expected)
    {
        JobSpec spec = _plain with { Loss = loss, LabelSmoothing = smoothing, ClassWeights = weights };
        string?[] problems = [.. JobSpecCheck.FindProblems(spec).Select(problem => $"{problem.Setting} {problem.Problem}")];
        Assert.Equal(expected is null ? [] : [expected], problems);
    }

    [Fact]
    public void FindProblems_smoothingOfAnError_isRefused()
    {
        string sigmoid = TinyJobs.Plain.Replace("softmax", "sigmoid", StringComparison.Ordinal);
        JobSpec spec = TinyJobs.Spec(sigmoid) with { Loss = "mean_squared_error", LabelSmoothing = 0.1f };
        SettingProblem problem = Assert.Single(JobSpecCheck.FindProblems(spec));
        Assert.Equal("is 0.1, but the loss mean_squared_error has none; use a cross-entropy, or leave it out", problem.Problem);
    }

    private static string Digest(JobSpec spec, KernelSet kernels, int threads)
    {
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, kernels);
        for (int step = 0; step < 3; step++) trainer.Step();
        return trainer.Digest();
    }
}
