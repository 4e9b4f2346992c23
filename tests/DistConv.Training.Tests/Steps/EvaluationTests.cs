using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

public class EvaluationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    public async Task EvaluateAsync_inShares_sameBitsAsWhole(int shares)
    {
        // 2,900 held-out samples are 12 chunks of 256 and a shorter one; with 20 shares some have none. Validation: one chunk and a bit.
        JobSpec spec = TinyJobs.Spec() with { Samples = 700, ValidationSamples = 303 };
        DataSource data = TinyJobs.Data(1003) with { Test = new TinyDataset(2_900, seed: 12) };
        using var pool = new ComputePool(2);
        using var replica = new Replica(spec, data, pool, KernelSets.Supported[^1]);
        EvaluationResult whole = await replica.EvaluateAsync();

        List<EvaluationShare> parts = [];
        for (int share = 0; share < shares; share++) parts.Add(await replica.EvaluateAsync(share, shares));

        Assert.Equal(whole, EvaluationResult.Of(parts));
        Assert.Equal((2_900, 303), (whole.Samples, whole.Validation!.Samples));
        Assert.Contains(parts, part => part.Test.Samples % 256 != 0);
    }
}
