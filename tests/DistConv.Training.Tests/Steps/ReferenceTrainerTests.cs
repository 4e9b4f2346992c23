using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>The trainer has, bit for bit, the weights of training written element by element.</summary>
public class ReferenceTrainerTests
{
    /// <summary>Stride 2, an even kernel that is not square, 'same' padding that is not symmetric.</summary>
    private const string Strided = """
        {"name": "strided", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": [2, 3], "strides": 2, "padding": "same"},
          {"type": "conv2d", "filters": 19, "kernel": 2, "padding": "same", "activation": "relu"},
          {"type": "flatten"}, {"type": "dropout", "rate": 0.3}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    [Theory]
    [InlineData(TinyJobs.Tiny, 103, 20, 7, false)]
    [InlineData(TinyJobs.Tiny, 103, 20, 7, true)]
    [InlineData(TinyJobs.Plain, 40, 16, 1, false)]
    [InlineData(Strided, 50, 11, 5, true)]
    [InlineData(TinyJobs.Tiny, 103, 20, 7, false, "sigmoid")]
    [InlineData(TinyJobs.Tiny, 103, 20, 7, true, "sigmoid", "mean_squared_error")]
    [InlineData(Strided, 50, 11, 5, false, "linear")]
    [InlineData(Strided, 50, 11, 5, true, "relu", "mean_absolute_error")]
    public void Step_anyKernelSet_equalsTheReference(
        string model, int samples, int batch, int shards, bool clipped, string end = "softmax", string? loss = null)
    {
        model = model.Replace("softmax", end, StringComparison.Ordinal);
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Sgd, samples, batch, shards) with { Loss = loss };
        if (clipped) spec = spec.Clipped();
        var reference = new ReferenceTrainer(spec, TinyJobs.Data(samples).Train);
        using var pool = new ComputePool(2);
        LocalTrainer[] trainers = [.. KernelSets.Supported.Select(kernels => new LocalTrainer(spec, TinyJobs.Data(samples), pool, kernels))];
        try
        {
            for (int step = 0; step < 8; step++)
            {
                reference.Step(step);
                foreach (LocalTrainer trainer in trainers)
                {
                    trainer.Step();
                    Assert.True(reference.Weights.AsSpan().SequenceEqual(trainer.Replica.Weights), $"{trainer.Kernel} differs at step {step}");
                }
            }
        }
        finally
        {
            foreach (LocalTrainer trainer in trainers) trainer.Dispose();
        }
    }
}
