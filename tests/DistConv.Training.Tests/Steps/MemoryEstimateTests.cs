using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Measured while nothing else allocates.</summary>
[Collection(Alone)]
public class MemoryEstimateTests
{
    private const string Alone = "alone";

    /// <summary>Every kind of layer at a size where no constant matters, on the images of the tests.</summary>
    private const string Deep = """
        {"name": "deep", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 64, "kernel": 3, "padding": "same", "activation": "relu"},
          {"type": "conv2d", "filters": 96, "kernel": 3, "padding": "same"}, {"type": "relu"}, {"type": "avgpool2d"}, {"type": "dropout", "rate": 0.1},
          {"type": "conv2d", "filters": 128, "kernel": 3, "padding": "same", "activation": "relu"}, {"type": "maxpool2d"}, {"type": "dropout", "rate": 0.1},
          {"type": "conv2d", "filters": 70, "kernel": 1, "useBias": false}, {"type": "globalavgpool2d"},
          {"type": "dense", "units": 500, "activation": "relu"}, {"type": "dropout", "rate": 0.5}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Activations that read their input, and such that read their output, at that size.</summary>
    private const string Active = """
        {"name": "active", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 64, "kernel": 3, "padding": "same", "activation": "elu"}, {"type": "prelu"},
          {"type": "conv2d", "filters": 96, "kernel": 3, "padding": "same", "activation": "silu"}, {"type": "tanh"}, {"type": "gelu"},
          {"type": "softmax"}, {"type": "relu", "maxValue": 6}, {"type": "globalavgpool2d"},
          {"type": "dense", "units": 500, "activation": "sigmoid"}, {"type": "prelu"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    public static TheoryData<string, string, int, int, int> Jobs => new()
    {
        { Active, "adam", 100, 7, 1 },
        { Active, "sgd", 1000, 12, 3 },
        { Deep, "adam", 100, 7, 1 },
        { Deep, "sgd", 1000, 12, 3 },
        { TinyJobs.Wide, "adam", 100, 7, 2 },
        { TinyJobs.Wide, "sgd", 700, 3, 4 },
        { TinyJobs.Wide, "rmsprop", 10, 1, 2 },
        { TinyJobs.Tiny, "sgd", 900, 8, 2 },
        { TinyJobs.Merged, "sgd", 900, 8, 2 },
        { TinyJobs.Reshaped, "adam", 900, 8, 2 },
        { TinyJobs.Normed, "adam", 900, 8, 2 },
        { TinyJobs.Noisy, "sgd", 900, 8, 2 },
        { TinyJobs.Frozen, "adam", 900, 8, 2 },
        { TinyJobs.Ruled, "adam", 900, 8, 2 },
        { TinyJobs.Augmented, "sgd", 900, 8, 2 },
    };

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task Bytes_aJob_isAtMostAFifthMoreThanItsReplicaAllocates(string model, string optimizer, int batch, int shards, int threads)
    {
        JobSpec spec = TinyJobs.Spec(model, OptimizerSettings.Default(optimizer), batch: batch, shards: shards);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = FloatBuffer.AllocatedBytes;
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        trainer.Step();
        await trainer.EvaluateAsync(TestContext.Current.CancellationToken);
        Snapshot snapshot = trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);

        long allocated = FloatBuffer.AllocatedBytes - before + snapshot.Tensors.Sum(tensor => (long)tensor.Values.Length * sizeof(float));

        AssertClose(allocated, MemoryEstimate.Bytes(spec, threads));
    }

    [Theory]
    [InlineData("keras1-mnist-cnn", "adadelta", 128, 12, 2)]
    [InlineData("keras1-mnist-cnn", "sgd", 32, 2, 1)]
    [InlineData("keras2-mnist-cnn", "adam", 128, 4, 8)]
    [InlineData("keras2-mnist-cnn", "adam", 1024, 60, 2)]
    public void Bytes_aBuiltInModel_isAtMostAFifthMoreThanItsReplicaAllocates(string model, string optimizer, int batch, int shards, int threads)
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Wide, OptimizerSettings.Default(optimizer), samples: 2048, batch: batch, shards: shards);
        spec = spec with { ModelName = model, ModelJson = BuiltInModels.Find(model)!.ToJson() };
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = FloatBuffer.AllocatedBytes;
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(spec, MnistSized(spec), pool, KernelSets.Supported[^1]);
        trainer.Step();
        Snapshot snapshot = trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);

        long allocated = FloatBuffer.AllocatedBytes - before + snapshot.Tensors.Sum(tensor => (long)tensor.Values.Length * sizeof(float));

        AssertClose(allocated, MemoryEstimate.Bytes(spec, threads));
    }

    [Fact]
    public void Bytes_fewerShards_lessMemory()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Wide, batch: 1000, shards: 8);

        Assert.True(MemoryEstimate.Bytes(spec, 2, [0, 1]) < MemoryEstimate.Bytes(spec, 2, [0, 1, 2, 3]));
        Assert.True(MemoryEstimate.Bytes(spec, 2, [0, 1, 2, 3]) < MemoryEstimate.Bytes(spec, 2));
        Assert.True(MemoryEstimate.Bytes(spec, 2, [0, 1]) < MemoryEstimate.Bytes(spec, 2, [0, 2])); // Two subtrees.
    }

    private static DataSource MnistSized(JobSpec spec)
    {
        var images = new MemoryDataset(new TensorShape(28, 28, 1), new byte[spec.Samples * 28 * 28], new byte[spec.Samples], 10);
        return new DataSource(spec.Data, images, images, spec.DataFingerprint);
    }

    private static void AssertClose(long allocated, long estimate) =>
        Assert.True(estimate >= allocated && estimate <= 1.2 * allocated,
            $"{estimate:N0} bytes estimated, {allocated:N0} allocated: {(double)estimate / allocated:0.000}");

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public class RunsAlone;
}
