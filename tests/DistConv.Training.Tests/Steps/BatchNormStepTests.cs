using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps of models with batch normalisation: statistics of a shard, moving averages of a step.</summary>
public class BatchNormStepTests
{
    /// <summary>The first layer normalises the pixels, so that its averages can be worked out by hand.</summary>
    private const string First = """
        {"name": "first", "input": [8, 8, 1], "layers": [
          {"type": "batchnorm", "name": "bn", "momentum": 0.75}, {"type": "flatten"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Any number of threads and any kernel set; shards of uneven size, and absent ones at the end of an epoch.</summary>
    [Theory]
    [InlineData(TinyJobs.Normed)]
    [InlineData(TinyJobs.NormedBranches)]
    public void Step_ofNormalisations_hasTheSameBitsOnAnyMachine(string model)
    {
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Adam, samples: 103, batch: 30, shards: 7);
        AnyMachine.AssertSameBits(spec);
    }

    /// <summary>Mean and variance of the whole step, without Bessel's correction, whatever shards there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Step_movesTheAverages_byTheStatisticsOfTheWholeStep(int shards)
    {
        JobSpec spec = TinyJobs.Spec(First, TinyJobs.Sgd, samples: 40, batch: 40, shards: shards);
        DataSource data = TinyJobs.Data(spec.Samples);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        double[] pixels = [.. Enumerable.Range(0, 40).SelectMany(sample => data.Train.Image(sample).ToArray()).Select(pixel => (double)(pixel / 255f))];
        double mean = pixels.Average(), variance = pixels.Average(pixel => (pixel - mean) * (pixel - mean));

        trainer.Step();
        trainer.Step();

        Assert.Equal(mean * (1 - (0.75 * 0.75)), Value(trainer.Replica, "bn/moving_mean"), 1e-6);
        Assert.Equal((variance * (1 - (0.75 * 0.75))) + (0.75 * 0.75), Value(trainer.Replica, "bn/moving_variance"), 1e-6);
    }

    [Fact]
    public async Task ComputeStep_repeated_movesNoAverage()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Normed);
        using var pool = new ComputePool(2);
        using var once = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        using var often = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 3; step++)
        {
            once.Step();
            for (int again = 0; again < 2; again++)
            {
                often.Replica.BeginStep(step, [.. Enumerable.Range(0, spec.Shards)]);
                often.Replica.ComputeStep();
            }

            await often.EvaluateAsync(TestContext.Current.CancellationToken);
            often.Step();
        }

        Assert.True(once.Replica.Weights.SequenceEqual(often.Replica.Weights));
        Assert.Equal(once.Replica.LayerHashes, often.Replica.LayerHashes);
    }

    [Fact]
    public void Restore_aSnapshot_goesOnWithTheSameBits()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Normed, TinyJobs.Decay).Clipped();
        using var pool = new ComputePool(2);
        using var whole = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 4; step++) whole.Step();
        Snapshot snapshot = whole.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        for (int step = 0; step < 4; step++) whole.Step();

        using var resumed = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[0]);
        resumed.Replica.Restore(snapshot);
        Assert.Equal(snapshot.LayerHashes, resumed.Replica.LayerHashes);
        for (int step = 0; step < 4; step++) resumed.Step();

        Assert.True(whole.Replica.Weights.SequenceEqual(resumed.Replica.Weights));
        Assert.Equal(whole.Digest(), resumed.Digest());
    }

    /// <summary>A step of a tiny rate with a large decay: what is decayed shrinks, and γ and β do not.</summary>
    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    public void Step_withWeightDecay_leavesGammaAndBeta(string optimizer)
    {
        OptimizerSpec decaying = OptimizerSettings.Default(optimizer) with { LearningRate = 0.01f, WeightDecay = 10f };
        JobSpec with = TinyJobs.Spec(TinyJobs.Normed, decaying), without = TinyJobs.Spec(TinyJobs.Normed, decaying with { WeightDecay = 0 });
        using var pool = new ComputePool(1);
        using var one = new LocalTrainer(with, TinyJobs.Data(with.Samples), pool, KernelSets.Supported[^1]);
        using var other = new LocalTrainer(without, TinyJobs.Data(with.Samples), pool, KernelSets.Supported[^1]);
        one.Step();
        other.Step();
        foreach (ParameterTensor tensor in one.Replica.Network.Tensors)
        {
            bool isEqual = one.Replica.Weights.Slice(tensor.Offset, tensor.Length).SequenceEqual(other.Replica.Weights.Slice(tensor.Offset, tensor.Length));
            Assert.Equal(!tensor.IsKernel, isEqual || tensor.Plan.Role == TensorPlan.Bias);
        }
    }

    /// <summary>Where a shard has no samples, the others' statistics are those of the step.</summary>
    [Fact]
    public void Step_withAbsentShards_countsOnlyThePresent()
    {
        JobSpec spec = TinyJobs.Spec(First, TinyJobs.Sgd, samples: 21, batch: 20, shards: 8);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        Assert.Equal(2, trainer.Replica.Plan.StepsPerEpoch);
        int[] last = [.. Enumerable.Range(0, 8).SelectMany(shard => Enumerable.Range(0, ShardPlan.Of(spec).BatchSizeAt(shard, 1))
            .Select(place => TinyJobs.SampleAt(spec, 1, shard, place)))];
        trainer.Step();
        double before = Value(trainer.Replica, "bn/moving_mean");
        double mean = last.Average(sample => TinyJobs.Data(spec.Samples).Train.Image(sample).ToArray().Average(pixel => (double)(pixel / 255f)));

        trainer.Step();

        Assert.Equal((0.75 * before) + (0.25 * mean), Value(trainer.Replica, "bn/moving_mean"), 1e-6);
    }

    /// <summary>Of a list a shard of one sample has no variance; of an image it has that over the positions.</summary>
    [Fact]
    public void FindProblems_ofOneSampleAShard_refusesListsAndNotImages()
    {
        SettingProblem problem = Assert.Single(JobSpecCheck.FindProblems(TinyJobs.Spec(TinyJobs.Normed, batch: 13, shards: 7)));
        Assert.Equal("globalBatch", problem.Setting);
        Assert.Equal(
            "is 13, which leaves some of the 7 shards one sample, but layer 'bn4' (batchnorm) takes mean and variance of each value over the samples of a "
                + "shard; give 14 or more, or fewer shards",
            problem.Problem);
        Assert.Empty(JobSpecCheck.FindProblems(TinyJobs.Spec(TinyJobs.Normed, batch: 14, shards: 7)));
        Assert.Empty(JobSpecCheck.FindProblems(TinyJobs.Spec(First, batch: 7, shards: 7)));
    }

    private static double Value(Replica replica, string tensor)
    {
        ParameterTensor found = replica.Network.Tensors.Single(candidate => candidate.Name == tensor);
        return replica.Weights[found.Offset];
    }
}
