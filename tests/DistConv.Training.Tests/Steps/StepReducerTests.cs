using DistConv.Core.Buffers;
using DistConv.Core.Initializers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

public class StepReducerTests
{
    private const int Length = 53;
    private static readonly ParameterTensor[] _parameters =
    [
        new("conv1/kernel", 0, 0, new TensorPlan(TensorPlan.Kernel, [3, 3, 1, 5], new InitializerSpec("zeros"), 9, 45), 0),
        new("conv1/bias", 0, 1, TensorPlan.BiasOf(8, new InitializerSpec("zeros")), 45),
    ];

    [Fact]
    public void Reduce_sevenShards_addsAlongTheFixedTree()
    {
        float[] x = [1e8f, 1f, -1e8f, 3f, 1e-3f, 0.25f, 0.5f];
        using var sums = new Sums(Enumerable.Range(0, 7).Select(shard => (new ShardNode(shard, shard + 1), x[shard], 1)));

        ReducedGradient result = Reducer().Reduce(3, 7, sums.All);

        float expected = ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + x[6]);
        Assert.NotEqual(expected, x.Aggregate((a, b) => a + b));
        Assert.All(result.Values.Span.ToArray(), value => Assert.Equal(expected, value));
        Assert.Equal(3, result.Step);
        Assert.Equal(new StepTotals(7, ((0d + 1) + (2 + 3)) + ((4 + 5) + 6), 7), result.Totals);
    }

    [Fact]
    public void Reduce_absentSibling_keepsMinusZero()
    {
        using var sums = new Sums([(new ShardNode(0, 1), -0f, 4), (new ShardNode(1, 2), float.NaN, 0)]);

        ReducedGradient result = Reducer().Reduce(0, 2, sums.All);

        Assert.Same(sums.All[0].Values, result.Values);
        Assert.All(result.Values.Span.ToArray(), value => Assert.True(float.IsNegative(value)));
        Assert.Equal(4, result.Totals.Samples);
    }

    [Fact]
    public void Reduce_shardMissingOrAllAbsent_throws()
    {
        using var missing = new Sums([(new ShardNode(0, 2), 1f, 4), (new ShardNode(3, 4), 1f, 4)]);
        using var absent = new Sums([(new ShardNode(0, 4), 1f, 0)]);

        Assert.Equal("no gradient for shard 2", Assert.Throws<InvalidOperationException>(() => Reducer().Reduce(0, 4, missing.All)).Message);
        Assert.Throws<InvalidOperationException>(() => Reducer().Reduce(0, 4, absent.All));
    }

    [Fact]
    public void Reduce_oneValueNotFinite_namesStepAndTensor()
    {
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                for (int i = 0; i < Length; i++)
                {
                    using var sums = new Sums([(new ShardNode(0, 1), 1f, 4)]);
                    sums.All[0].Values.Span[i] = bad;
                    var error = Assert.Throws<NonFiniteGradientException>(() => Reducer(kernels).Reduce(9, 1, sums.All));
                    Assert.Equal(
                        $"step 9: the gradient of conv1/{(i < 45 ? "kernel" : "bias")} is not finite; the weights of step 9 are untouched", error.Message);
                }
            }
        }
    }

    [Fact]
    public void Reduce_largeAndTinyValues_areFinite()
    {
        using var sums = new Sums([(new ShardNode(0, 1), float.MaxValue, 4)]);
        sums.All[0].Values.Span[7] = -float.MaxValue;
        sums.All[0].Values.Span[8] = float.Epsilon;

        Assert.Equal(float.Epsilon, Reducer().Reduce(0, 1, sums.All).Values.Span[8]);
    }

    [Fact]
    public void Reduce_lossNotFinite_throws()
    {
        using var sums = new Sums([(new ShardNode(0, 1), 1f, 4)]);
        sums.All[0].Totals = new StepTotals(4, double.PositiveInfinity, 0);

        Assert.Contains(
            "the loss is not finite", Assert.Throws<NonFiniteGradientException>(() => Reducer().Reduce(0, 1, sums.All)).Message, StringComparison.Ordinal);
    }

    private static StepReducer Reducer(KernelSet? kernels = null) => new(kernels ?? KernelSets.Supported[^1], new GradientLayout(_parameters));

    private sealed class Sums : IDisposable
    {
        public Sums(IEnumerable<(ShardNode Node, float Value, int Samples)> leaves)
        {
            foreach ((ShardNode node, float value, int samples) in leaves)
            {
                var sum = new GradientSum(node, new FloatBuffer(Length)) { Totals = new StepTotals(samples, node.Lo, samples) };
                sum.Values.Span.Fill(value);
                All.Add(sum);
            }
        }

        public List<GradientSum> All { get; } = [];

        public void Dispose() => All.ForEach(sum => sum.Values.Dispose());
    }
}
