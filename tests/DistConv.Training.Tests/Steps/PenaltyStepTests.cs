using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps of models with penalties on weights and with constraints.</summary>
public class PenaltyStepTests
{
    /// <summary>Any number of threads and any kernel set; shards of uneven size, clipping, decay.</summary>
    [Theory]
    [InlineData("adamw")]
    [InlineData("sgd")]
    public void Step_ofPenaltiesAndConstraints_hasTheSameBitsOnAnyMachine(string optimizer)
    {
        OptimizerSpec decaying = OptimizerSettings.Default(optimizer) with { WeightDecay = 0.01f, LearningRate = 0.05f };
        JobSpec spec = TinyJobs.Spec(TinyJobs.Ruled, decaying, samples: 103, batch: 30, shards: 7).Clipped();
        AnyMachine.AssertSameBits(spec);
    }

    /// <summary>Rule 15, element by element: the sum of the data, then the square, then the magnitude.</summary>
    [Fact]
    public void Apply_withPenalties_hasTheBitsOfTheirDefinition()
    {
        string model = TinyJobs.Plain.Replace(
            "\"units\": 17",
            "\"units\": 17, \"kernelRegularizer\": {\"l1\": 0.003, \"l2\": 0.02}, \"biasRegularizer\": {\"l1\": 0.1}",
            StringComparison.Ordinal);
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Sgd, samples: 40, batch: 40, shards: 3);
        using var pool = new ComputePool(2);
        using var replica = new Replica(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        float[] before = replica.Weights.ToArray();
        replica.BeginStep(0, [0, 1, 2]);
        replica.ComputeStep();
        ReducedGradient gradient = replica.Reducer.Reduce(0, 3, replica.Sums);
        float[] sums = gradient.Values.Span.ToArray();

        replica.Apply(gradient);

        Assert.Equal(sums, gradient.Values.Span.ToArray()); // Other replicas may apply the same sum.
        foreach (ParameterTensor tensor in replica.Network.Parameters)
        {
            (float l1, float l2) = tensor.Name switch { "dense1/kernel" => (0.003f, 0.02f), "dense1/bias" => (0.1f, 0f), _ => (0f, 0f) };
            for (int i = tensor.Offset; i < tensor.Offset + tensor.Length; i++)
            {
                float sum = l2 == 0 ? sums[i] : MathF.FusedMultiplyAdd((float)(2.0 * l2 * 40), before[i], sums[i]);
                if (l1 != 0) sum += before[i] == 0 ? 0 : float.Sign(before[i]) * (float)((double)l1 * 40);
                Assert.Equal(before[i] - (0.1f * (sum / 40)), replica.Weights[i]);
            }
        }
    }

    /// <summary>The norm for clipping is that of the gradient with its penalties.</summary>
    [Fact]
    public void Apply_withClipping_countsThePenalties()
    {
        string model = TinyJobs.Plain.Replace("\"units\": 17", "\"units\": 17, \"kernelRegularizer\": {\"l2\": 1000}", StringComparison.Ordinal);
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Sgd, samples: 40, batch: 40, shards: 3) with { ClipNorm = 0.5f };
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        float[] before = trainer.Replica.Weights.ToArray();

        trainer.Step();

        double moved = Math.Sqrt(before.Zip(trainer.Replica.Weights.ToArray(), (old, now) => ((double)now - old) * (now - old)).Sum());
        Assert.Equal(0.1 * 0.5, moved, 1e-6);
    }

    /// <summary>Each constraint holds after each step, and the hashes are those of the weights that it left.</summary>
    [Fact]
    public void Step_withConstraints_keepsThem()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Ruled, TinyJobs.Momentum, samples: 103, batch: 30, shards: 3);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        bool hasScaled = false;
        for (int step = 0; step < 9; step++)
        {
            trainer.Step();
            double[] stem = Norms(trainer.Replica, "stem/kernel", outer: 1, reduced: 9, inner: 5);
            Assert.All(stem, norm => Assert.InRange(norm, 0, 0.6 + 1e-6));
            hasScaled |= stem.Any(norm => norm > 0.6 - 1e-6);
            Assert.All(Norms(trainer.Replica, "two/depthwise_kernel", outer: 1, reduced: 3, inner: 15), norm => Assert.Equal(1, norm, 1e-6));
            Assert.All(Norms(trainer.Replica, "hidden/kernel", outer: 1, reduced: 96, inner: 70), norm => Assert.InRange(norm, 0, 2 + 1e-6));
            Assert.All(Values(trainer.Replica, "bn/beta"), value => Assert.True(value >= 0));
        }

        Assert.True(hasScaled);
        using var other = new Replica(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[0]);
        other.Restore(trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch));
        Assert.Equal(trainer.Replica.LayerHashes, other.LayerHashes);
    }

    [Theory]
    [InlineData(ConstraintKind.MaxNorm, 0f, 2f, 1f, 1.5, 1)]
    [InlineData(ConstraintKind.MaxNorm, 0f, 2f, 1f, 4, 0.5)]
    [InlineData(ConstraintKind.MinMaxNorm, 1f, 2f, 1f, 0.5, 2)]
    [InlineData(ConstraintKind.MinMaxNorm, 1f, 2f, 0.5f, 4, 0.75)]
    [InlineData(ConstraintKind.MinMaxNorm, 1f, 2f, 0.5f, 1.25, 1)]
    [InlineData(ConstraintKind.UnitNorm, 0f, 0f, 1f, 4, 0.25)]
    public void Factor_ofANorm_isThatOfKeras(ConstraintKind kind, float min, float max, float rate, double norm, double expected)
    {
        float factor = new WeightConstraint(kind) { Min = min, Max = max, Rate = rate }.Factor(norm);
        Assert.Equal(expected, factor, 1e-6);
        if (expected == 1) Assert.Equal(1f, factor);
    }

    [Fact]
    public void Restore_aSnapshot_goesOnWithTheSameBits()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Ruled, TinyJobs.Decay).Clipped();
        using var pool = new ComputePool(2);
        using var whole = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 3; step++) whole.Step();
        Snapshot snapshot = whole.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        for (int step = 0; step < 3; step++) whole.Step();

        using var resumed = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[0]);
        resumed.Replica.Restore(snapshot);
        for (int step = 0; step < 3; step++) resumed.Step();

        Assert.Equal(whole.Digest(), resumed.Digest());
    }

    /// <summary>By hand, and its slope along each penalised weight is what a step adds to the mean gradient.</summary>
    [Fact]
    public void Of_weights_isTheSumOfAllPenalties()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Ruled);
        using var pool = new ComputePool(1);
        using var replica = new Replica(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        float[] weights = replica.Weights.ToArray();
        double expected = 0;
        foreach ((string name, double l1, double l2) in ((string, double, double)[])
            [("stem/kernel", 0, 0.02f), ("stem/bias", 0.01f, 0), ("bn/gamma", 0.01f, 0.02f), ("two/depthwise_kernel", 0.003f, 0), ("slopes/alpha", 0, 0.1f),
            ("classes/kernel", 0.0001f, 0.01f)])
        {
            foreach (float weight in Values(replica, name)) expected += (l1 * Math.Abs(weight)) + (l2 * weight * weight);
        }

        Assert.Equal(expected, WeightPenalty.Of(replica.Network, weights)!.Value, 1e-9);
        ParameterTensor kernel = replica.Network.Parameters.Single(tensor => tensor.Name == "classes/kernel");
        float at = weights[kernel.Offset + 3], before = at - 0.001f, behind = at + 0.001f;
        weights[kernel.Offset + 3] = behind;
        double upper = WeightPenalty.Of(replica.Network, weights)!.Value;
        weights[kernel.Offset + 3] = before;
        double slope = (upper - WeightPenalty.Of(replica.Network, weights)!.Value) / ((double)behind - before);
        Assert.Equal((2 * 0.01f * at) + (0.0001f * Math.Sign(at)), slope, 1e-6);
        JobSpec plain = TinyJobs.Spec(TinyJobs.Plain);
        using var without = new Replica(plain, TinyJobs.Data(plain.Samples), pool, KernelSets.Supported[^1]);
        Assert.Null(WeightPenalty.Of(without.Network, without.Weights));
    }

    private static float[] Values(Replica replica, string name)
    {
        ParameterTensor tensor = replica.Network.Tensors.Single(tensor => tensor.Name == name);
        return replica.Weights.Slice(tensor.Offset, tensor.Length).ToArray();
    }

    /// <summary>The norms of a tensor [outer, reduced, inner] over its middle axis.</summary>
    private static double[] Norms(Replica replica, string name, int outer, int reduced, int inner)
    {
        float[] values = Values(replica, name);
        Assert.Equal(outer * reduced * inner, values.Length);
        return [.. from o in Enumerable.Range(0, outer) from i in Enumerable.Range(0, inner) select Math.Sqrt(Enumerable.Range(0, reduced).Sum(
            r => (double)values[(((o * reduced) + r) * inner) + i] * values[(((o * reduced) + r) * inner) + i]))];
    }
}
