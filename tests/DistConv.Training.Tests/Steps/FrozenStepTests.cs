using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps of models with layers that are not trained.</summary>
public class FrozenStepTests
{
    private const string Normalised = """
        {"name": "normalised", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "name": "stem", "filters": 3, "kernel": 3}, LAYER,
          {"type": "flatten"}, {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>With everything that moves weights: moments, decay, clipping.</summary>
    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    public void Step_ofFrozenLayers_keepsTheirBitsAndTrainsTheOthers(string optimizer)
    {
        OptimizerSpec decaying = OptimizerSettings.Default(optimizer) with { WeightDecay = 0.01f };
        JobSpec spec = TinyJobs.Spec(TinyJobs.Frozen, decaying, samples: 103, batch: 30, shards: 3).Clipped();
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        float[] before = trainer.Replica.Weights.ToArray();

        for (int step = 0; step < 9; step++) trainer.Step();

        foreach (ParameterTensor tensor in trainer.Replica.Network.Tensors)
        {
            string layer = tensor.Name.Split('/')[0];
            bool isEqual = before.AsSpan(tensor.Offset, tensor.Length).SequenceEqual(trainer.Replica.Weights.Slice(tensor.Offset, tensor.Length));
            Assert.True(isEqual == layer is not ("stem" or "moving" or "classes"), tensor.Name);
        }
    }

    /// <summary>Any number of threads and any kernel set; shards of uneven size, and absent ones at the end of an epoch.</summary>
    [Fact]
    public void Step_ofFrozenLayers_hasTheSameBitsOnAnyMachine()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Frozen, TinyJobs.Adam, samples: 103, batch: 30, shards: 7).Clipped();
        AnyMachine.AssertSameBits(spec);
    }

    /// <summary>A frozen layer passes the gradient on as it does where it is trained.</summary>
    [Fact]
    public void Step_belowAFrozenLayer_movesTheWeightsAsIfItWereTrained()
    {
        string trained = TinyJobs.Plain.Replace("{\"type\": \"conv2d\", \"filters\": 6", "{\"type\": \"conv2d\", \"filters\": 6, \"trainable\": false",
            StringComparison.Ordinal).Replace("{\"type\": \"dense\", \"units\": 17", "{\"type\": \"dense\", \"units\": 17, \"trainable\": false",
            StringComparison.Ordinal);
        Dictionary<string, float[]> expected = AfterAStep(TinyJobs.Plain), actual = AfterAStep(trained);

        Assert.Equal(expected["conv1/kernel"], actual["conv1/kernel"]);
        Assert.Equal(expected["conv1/bias"], actual["conv1/bias"]);
        Assert.Equal(expected["dense2/kernel"], actual["dense2/kernel"]);
        Assert.NotEqual(expected["conv2/kernel"], actual["conv2/kernel"]);
        Assert.NotEqual(expected["dense1/bias"], actual["dense1/bias"]);
    }

    /// <summary>Frozen, it is a factor and an addend for each channel, in training, too.</summary>
    [Fact]
    public void Step_throughFrozenBatchNormalisation_takesTheMovingAverages()
    {
        float scale = (float)(1 / double.Sqrt(2 + 0.001)), offset = (float)double.FusedMultiplyAdd(-0.25, 1 / double.Sqrt(2 + 0.001), 0);
        string frozen = Normalised.Replace("LAYER", """
            {"type": "batchnorm", "trainable": false, "movingMeanInitializer": {"name": "constant", "value": 0.25},
             "movingVarianceInitializer": {"name": "constant", "value": 2}}
            """, StringComparison.Ordinal);
        string plain = Normalised.Replace("LAYER", $$"""{"type": "rescaling", "scale": {{scale:R}}, "offset": {{offset:R}}}""", StringComparison.Ordinal);
        Dictionary<string, float[]> expected = AfterAStep(plain), actual = AfterAStep(frozen);

        Assert.Equal(expected["stem/kernel"], actual["stem/kernel"]);
        Assert.Equal(expected["classes/kernel"], actual["classes/kernel"]);
        Assert.Equal([0.25f, 0.25f, 0.25f], actual["batchnorm1/moving_mean"]);
    }

    /// <summary>No slots, and no room in the gradient.</summary>
    [Fact]
    public void Capture_ofFrozenLayers_hasTheirWeightsAsState()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Frozen, TinyJobs.Adam);
        using var pool = new ComputePool(1);
        using var replica = new Replica(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        Snapshot snapshot = replica.Capture(default, [], DateTimeOffset.UnixEpoch);

        Assert.Equal(["stem", "moving", "classes"], snapshot.Tensors.Where(tensor => tensor.Role == SnapshotTensor.Weight).Select(
            tensor => tensor.Name.Split('/')[0]).Distinct());
        Assert.Equal(2 * 6, snapshot.Tensors.Count(tensor => tensor.Role == SnapshotTensor.Slot));
        Assert.Equal(spec.Plan().Parameters, replica.ParameterCount);
        Assert.Equal((5 * 9 * 6) + 6 + (2 * 5) + (17 * 4) + 4, replica.ParameterCount);
    }

    [Fact]
    public void FindProblems_ofAModelThatIsFrozen_saysThatNothingIsTrained()
    {
        JobSpec spec = TinyJobs.Spec("""
            {"input": [8, 8, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 4, "activation": "softmax", "trainable": false}]}
            """);

        Assert.Equal(
            [new SettingProblem("modelJson", "has nothing to train: every layer with weights is frozen; leave out \"trainable\": false of one")],
            JobSpecCheck.FindProblems(spec));
    }

    private static Dictionary<string, float[]> AfterAStep(string model)
    {
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Sgd, samples: 40, batch: 40, shards: 3);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        trainer.Step();
        return trainer.Replica.Network.Tensors.ToDictionary(
            tensor => tensor.Name, tensor => trainer.Replica.Weights.Slice(tensor.Offset, tensor.Length).ToArray());
    }
}
