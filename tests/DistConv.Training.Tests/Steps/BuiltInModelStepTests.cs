using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Built-in models with branches, batch normalisation and depthwise convolutions learn.</summary>
public class BuiltInModelStepTests
{
    [Theory]
    [InlineData("resnet20")]
    [InlineData("mini-mobilenet")]
    [InlineData("mini-inception")]
    public async Task Step_builtInModelOnFewSamples_learns(string name)
    {
        DataSource data = new("idx", new TinyDataset(128, seed: 11, side: 12), new TinyDataset(100, seed: 12, side: 12), "tiny v1 128");
        ModelSpec model = BuiltInModels.Fit(BuiltInModels.Find(name)!, data.Train.Shape, data.Train.ClassCount);
        JobSpec spec = TinyJobs.Spec(model.ToJson(), TinyJobs.Adam with { LearningRate = 0.002f }, samples: 128, batch: 32, shards: 2, steps: 60);
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);

        double first = 0, last = 0;
        for (int step = 0; step < 4; step++) first += trainer.Step().Totals.LossSum / 128;
        for (int step = 4; step < 56; step++) trainer.Step();
        for (int step = 56; step < 60; step++) last += trainer.Step().Totals.LossSum / 128;

        Assert.InRange(last, 0, first / 3);
        Assert.InRange((await trainer.EvaluateAsync(TestContext.Current.CancellationToken)).Accuracy, 0.5, 1);
    }
}
