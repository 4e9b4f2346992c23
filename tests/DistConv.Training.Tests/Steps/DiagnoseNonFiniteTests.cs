using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Numerics;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

public class DiagnoseNonFiniteTests
{
    private const string DenseFirst = """
        {"name": "dense", "input": [8, 8, 1], "layers": [
          {"type": "flatten"}, {"type": "dense", "units": 3, "activation": "relu"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    private const string DropoutFirst = """
        {"name": "dropout", "input": [8, 8, 1], "layers": [
          {"type": "dropout", "rate": 0.3}, {"type": "conv2d", "filters": 5, "kernel": 3, "strides": 2, "activation": "relu"}, {"type": "avgpool2d"},
          {"type": "flatten"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    private const string ConvFirst = """
        {"name": "conv", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 1, "kernel": 3, "activation": "relu"}, {"type": "flatten"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>One hidden unit, which dropout keeps for some samples and not for others.</summary>
    private const string OneUnit = """
        {"name": "one", "input": [8, 8, 1], "layers": [
          {"type": "flatten"}, {"type": "dense", "units": 1, "activation": "relu"}, {"type": "dropout", "rate": 0.5},
          {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    [Theory]
    [InlineData(TinyJobs.Tiny, 100, 7)]
    [InlineData(TinyJobs.Tiny, 33, 1)]
    [InlineData(TinyJobs.Normed, 100, 7)]
    [InlineData(TinyJobs.Wide, 37, 8)]
    [InlineData(DenseFirst, 50, 3)]
    [InlineData(DropoutFirst, 41, 5)]
    [InlineData(TinyJobs.Tiny, 50, 3, true)]
    public async Task DiagnoseNonFiniteAsync_poisonedSample_isNamedAndTheReplicaStaysAsItIs(string model, int batch, int shards, bool isVaried = false)
    {
        JobSpec spec = TinyJobs.Spec(model, batch: batch, shards: shards);
        if (isVaried) spec = spec with { Augmentation = [new("flip"), new("shift", 0.1), new("mixup", 0.4)] };
        foreach (KernelSet kernels in new[] { KernelSets.Supported[0], KernelSets.Supported[^1] })
        {
            foreach (int shard in new[] { 0, shards / 2, shards - 1 }.Distinct())
            {
                int sample = TinyJobs.SampleAt(spec, step: 2, shard, place: shard % 4);
                using var pool = new ComputePool(1 + (shard % 3));
                using var trainer = Trainer(spec, pool, kernels);
                trainer.Replica.Faults = new Faults(PoisonedSample: sample);
                trainer.Step();
                trainer.Step();
                Assert.Throws<NonFiniteGradientException>(() => trainer.Step());
                (string digest, long step, ulong[] hashes) = (StateOf(trainer), trainer.Replica.Step, [.. trainer.Replica.LayerHashes]);

                NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(2, TestContext.Current.CancellationToken);

                Assert.Equal(new NonFiniteOrigin(2, NonFinitePart.Input, null, null, shard, sample), origin);
                Assert.Equal($"step 2: the input is not finite for sample {sample} (shard {shard})", origin!.Text);
                Assert.Equal((digest, step), (StateOf(trainer), trainer.Replica.Step));
                Assert.Equal(hashes, trainer.Replica.LayerHashes);
                Assert.Null(await trainer.Replica.DiagnoseNonFiniteAsync(2, [.. Enumerable.Range(0, shards).Where(other => other != shard)]));

                // The step that failed works when its cause is gone, with the bits of a run that never had it.
                trainer.Replica.Faults = null;
                trainer.Step();
                using var quiet = Trainer(spec, pool, kernels);
                for (int i = 0; i < 3; i++) quiet.Step();
                Assert.Equal(StateOf(quiet), StateOf(trainer));
            }
        }
    }

    [Fact]
    public async Task DiagnoseNonFiniteAsync_everythingIsFinite_findsNothing()
    {
        using var pool = new ComputePool(2);
        using var trainer = Trainer(TinyJobs.Spec(), pool);
        trainer.Step();

        Assert.Null(await trainer.DiagnoseNonFiniteAsync(1, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => trainer.Replica.DiagnoseNonFiniteAsync(0, [0]));
    }

    [Theory]
    [InlineData("conv1/kernel", "conv2/kernel", "output of layer conv2")]
    [InlineData("dense1/kernel", "dense2/kernel", "output of layer dense2")]
    [InlineData("conv1/kernel", "conv1/kernel", "output of layer conv1")]
    public async Task DiagnoseNonFiniteAsync_outputOverflows_namesItsLayerAndTheFirstSample(string first, string second, string what)
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Plain);
        using var pool = new ComputePool(2);
        using var trainer = Trainer(spec, pool);
        Fill(trainer, first, first == second ? 3e38f : 1e25f);
        if (first != second) Fill(trainer, second, 1e25f);
        Assert.Throws<NonFiniteGradientException>(() => trainer.Step());

        NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(0, TestContext.Current.CancellationToken);

        Assert.Equal($"step 0: the {what} is not finite for sample {TinyJobs.SampleAt(spec, 0, 0, 0)} (shard 0)", origin?.Text);
    }

    /// <summary>The averages of the shard are not finite then, and spoil all of its samples.</summary>
    [Theory]
    [InlineData("stem/kernel", "stem")]
    [InlineData("hidden/kernel", "hidden")]
    [InlineData("bn2/beta", "bn3")]
    public async Task DiagnoseNonFiniteAsync_outputOverflowsBeforeANormalisation_namesItsLayer(string tensor, string layer)
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Normed);
        using var pool = new ComputePool(2);
        using var trainer = Trainer(spec, pool);
        Fill(trainer, tensor, 3e38f);
        Assert.Throws<NonFiniteGradientException>(() => trainer.Step());

        NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(0, TestContext.Current.CancellationToken);

        Assert.Equal(NonFinitePart.Output, origin?.Part);
        Assert.Equal(layer, origin?.Layer);
        Assert.Equal(0, origin?.Shard);
    }

    [Theory]
    [InlineData(DenseFirst, "dense1", 3e38f, "gradient of the input of layer dense2")]
    [InlineData(ConvFirst, "conv1", 3e37f, "gradient of conv1/kernel")]
    public async Task DiagnoseNonFiniteAsync_gradientOverflows_namesWhereAndTheFirstSampleThatHasOne(string model, string below, float weight, string what)
    {
        // Tiny activations and huge weights: logits that say class 0 and no other, and for samples of the others a huge gradient below them.
        JobSpec spec = TinyJobs.Spec(model, batch: 30, shards: 2);
        using var pool = new ComputePool(2);
        using var trainer = Trainer(spec, pool);
        Fill(trainer, $"{below}/kernel", 0f);
        Fill(trainer, $"{below}/bias", 1e-37f);
        ParameterTensor last = trainer.Replica.Network.Parameters[^2];
        for (int i = 0; i < last.Length; i++) trainer.Replica.WritableWeights()[last.Offset + i] = i % 4 == 0 ? weight : -weight;
        Assert.Throws<NonFiniteGradientException>(() => trainer.Step());

        NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(0, TestContext.Current.CancellationToken);

        (int shard, int sample) = Samples(spec, 0).First(at => TinyJobs.Data(spec.Samples).Train.Label(at.Sample) != 0);
        Assert.Equal($"step 0: the {what} is not finite for sample {sample} (shard {shard})", origin?.Text);
    }

    [Fact]
    public async Task DiagnoseNonFiniteAsync_onlyTheSumOfAShardOverflows_namesTheShardAndNoSample()
    {
        using var pool = new ComputePool(2);
        using var trainer = Trainer(TinyJobs.Spec(DenseFirst, batch: 60, shards: 2), pool);
        Certain(trainer, hidden: 3e37f);
        Assert.Throws<NonFiniteGradientException>(() => trainer.Step());

        NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(0, TestContext.Current.CancellationToken);

        Assert.Equal("step 0: the gradient of dense2/kernel is not finite in the sum over shard 0, but for each of its samples it is", origin?.Text);
    }

    [Fact]
    public async Task DiagnoseNonFiniteAsync_onlyTheSumOverShardsOverflows_namesTheTensorAndNoShard()
    {
        using var pool = new ComputePool(2);
        using var trainer = Trainer(TinyJobs.Spec(DenseFirst, batch: 60, shards: 20), pool);
        Certain(trainer, hidden: 1e38f);
        Assert.Throws<NonFiniteGradientException>(() => trainer.Step());

        NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(0, TestContext.Current.CancellationToken);

        Assert.Equal("step 0: the gradient of dense2/kernel is not finite in the sum over the shards, but for each shard it is", origin?.Text);
    }

    [Theory]
    [InlineData(0f, 2e38f, 2)] // Twice that is too much.
    [InlineData(3e38f, 3e38f, 1)] // Too much for every sample, but what dropout takes away spoils nothing.
    public async Task DiagnoseNonFiniteAsync_dropoutDecides_namesTheFirstSampleThatItKeeps(float kernel, float bias, int culprit)
    {
        JobSpec spec = TinyJobs.Spec(OneUnit, batch: 40, shards: 4);
        using var pool = new ComputePool(3);
        for (int step = 0; step < 4; step++)
        {
            using var trainer = Trainer(spec, pool);
            for (int i = 0; i < step; i++) trainer.Step();
            Fill(trainer, "dense1/kernel", kernel);
            Fill(trainer, "dense1/bias", bias);
            Assert.Throws<NonFiniteGradientException>(() => trainer.Step());

            NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(step, TestContext.Current.CancellationToken);

            var mask = new RandomField(spec.Seed, RandomPurpose.Dropout, layer: 2);
            (int shard, int sample) = Samples(spec, step).First(at => mask.UInt32(0, (uint)at.Sample, (uint)step) >= 1u << 31);
            string layer = trainer.Replica.Network.Layers[culprit].Plan.Layer.Name;
            Assert.Equal(new NonFiniteOrigin(step, NonFinitePart.Output, layer, null, shard, sample), origin);
        }
    }

    [Fact]
    public async Task DiagnoseNonFiniteAsync_learningRateExplodes_namesALayer()
    {
        using var pool = new ComputePool(2);
        foreach (float rate in new[] { 1e8f, 1e20f, 1e30f, 3e38f })
        {
            using var trainer = Trainer(TinyJobs.Spec(TinyJobs.Plain, new OptimizerSpec("sgd", rate)), pool);
            Exception? error = null;
            while (error is null && trainer.Replica.Step < 25) error = Record.Exception(() => trainer.Step());
            Assert.IsType<NonFiniteGradientException>(error);

            NonFiniteOrigin? origin = await trainer.DiagnoseNonFiniteAsync(trainer.Replica.Step, TestContext.Current.CancellationToken);

            Assert.NotNull(origin?.Layer);
            Assert.StartsWith($"step {trainer.Replica.Step}: the ", origin.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(22)]
    [InlineData(31)]
    public void Step_weightBitFlips_theNextStepsHashOfItsLayerDiffers(int bit)
    {
        using var pool = new ComputePool(1);
        using var good = Trainer(TinyJobs.Spec(), pool);
        using var bad = Trainer(TinyJobs.Spec(), pool);
        ParameterTensor tensor = bad.Replica.Network.Parameters.Single(tensor => tensor.Name == "conv2/kernel");
        bad.Replica.Faults = Faults.Parse($"flip=3:{tensor.Offset + 11}:{bit}");
        for (int step = 0; step < 4; step++)
        {
            good.Step();
            bad.Step();
            Assert.Equal(good.Replica.LayerHashes, bad.Replica.LayerHashes);
        }

        good.Step();
        bad.Step();

        Assert.NotEqual(good.Replica.LayerHashes[1], bad.Replica.LayerHashes[1]);
    }

    [Fact]
    public void Parse_faults()
    {
        Assert.Equal(new Faults(4711, new FlippedWeight(3, 20, 7)), Faults.Parse("sample=4711,flip=3:20:7"));
        Assert.Equal(new Faults(4711), Faults.Parse("sample=4711"));
        Assert.Throws<FormatException>(() => Faults.Parse("disk=full"));
        Assert.Null(Faults.OfNewReplicas);
    }

    private static LocalTrainer Trainer(JobSpec spec, ComputePool pool, KernelSet? kernels = null) =>
        new(spec, TinyJobs.Data(spec.Samples), pool, kernels ?? KernelSets.Supported[^1]);

    private static IEnumerable<(int Shard, int Sample)> Samples(JobSpec spec, int step) =>
        Enumerable.Range(0, spec.Shards).SelectMany(shard =>
            Enumerable.Range(0, ShardPlan.Of(spec).BatchSizeAt(shard, step))
                .Select(place => (shard, TinyJobs.SampleAt(spec, step, shard, place))));

    /// <summary>Hidden units of one value for every sample, and logits that say class 0.</summary>
    private static void Certain(LocalTrainer trainer, float hidden)
    {
        Fill(trainer, "dense1/kernel", 0f);
        Fill(trainer, "dense1/bias", hidden);
        Fill(trainer, "dense2/kernel", 0f);
        trainer.Replica.WritableWeights()[trainer.Replica.Network.Parameters[^1].Offset] = 50f;
    }

    private static void Fill(LocalTrainer trainer, string name, float value)
    {
        ParameterTensor tensor = trainer.Replica.Network.Parameters.Single(tensor => tensor.Name == name);
        trainer.Replica.WritableWeights().Slice(tensor.Offset, tensor.Length).Fill(value);
    }

    /// <summary>Weights and optimizer state.</summary>
    private static string StateOf(LocalTrainer trainer) =>
        string.Join('|', trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch).Tensors.Select(tensor => Convert.ToHexString(
            SHA256.HashData(MemoryMarshal.AsBytes(tensor.Values.Span)))));
}
