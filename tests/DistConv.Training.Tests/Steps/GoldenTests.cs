using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>The bits of today are the bits of the day on which the file was written, on every machine.</summary>
public class GoldenTests
{
    [Theory]
    [InlineData("tiny-sgd")]
    [InlineData("tiny-momentum")]
    [InlineData("tiny-nesterov")]
    [InlineData("tiny-adadelta")]
    [InlineData("tiny-adam")]
    [InlineData("tiny-adamw")]
    [InlineData("tiny-rmsprop")]
    [InlineData("tiny-decay")]
    [InlineData("wide-adam")]
    [InlineData("wide-adam-clipped")]
    [InlineData("normed-adamw")]
    [InlineData("branches-adamw")]
    [InlineData("augmented-adam")]
    public void Step_twentyFive_endWithTheGoldenDigest(string name)
    {
        OptimizerSpec optimizer = name.Split('-')[1] switch
        {
            "sgd" => TinyJobs.Sgd,
            "momentum" => TinyJobs.Momentum,
            "nesterov" => TinyJobs.Nesterov,
            "adadelta" => TinyJobs.Adadelta,
            "adamw" => TinyJobs.AdamW,
            "rmsprop" => TinyJobs.RmsProp,
            "decay" => TinyJobs.Decay,
            _ => TinyJobs.Adam,
        };
        string model = name.Split('-')[0] switch
        {
            "wide" => TinyJobs.Wide,
            "normed" => TinyJobs.Normed,
            "branches" => TinyJobs.NormedBranches,
            "augmented" => TinyJobs.Augmented,
            _ => TinyJobs.Tiny,
        };
        JobSpec spec = TinyJobs.Spec(model, optimizer);
        if (name.EndsWith("clipped", StringComparison.Ordinal)) spec = spec.Clipped();
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);

        for (int step = 0; step < 25; step++) trainer.Step();

        Golden.AssertEqual(name, trainer.Digest());
    }
}
