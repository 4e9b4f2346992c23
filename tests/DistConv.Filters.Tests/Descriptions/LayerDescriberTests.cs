using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Descriptions;
using DistConv.Filters.Kernels;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Filters.Tests.Descriptions;

public sealed class LayerDescriberTests
{
    private static readonly ModelSpec _model = ModelSpec.Parse(
        """{"name":"m","input":[6,6,3],"layers":[{"type":"conv2d","filters":3,"kernel":3,"activation":"relu"},{"type":"flatten"},"""
            + """{"type":"dense","units":2,"activation":"softmax"}]}""", "m");

    private static readonly float[] _sobel = [-1, 0, 1, -2, 0, 2, -1, 0, 1];

    [Fact]
    public void Describe_patternsOverChannels_findsThemAndTheirWeights()
    {
        LayerKernels before = LayerKernels.Initial(_model, 5)[0];
        float[] weights = before.Values.ToArray();
        Set(weights, filter: 0, [0.6f, 0.8f, 0f]);
        Set(weights, filter: 1, [0.6f, 0.8f, 0.02f]);
        LayerDescription layer = LayerDescriber.Describe(before with { Values = weights }, before);

        FilterDescription first = layer.Filters[0];
        Assert.Equal(("vertical edge", "bright right", "Sobel x"), (first.Now.Label, first.Now.Polarity, first.Now.Match));
        Assert.Equal(1, first.PlaneShare, 1e-9);
        Assert.Equal([0.6, 0.8, 0], first.ChannelWeights, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(Math.Sqrt(12), first.Norm, 1e-6);
        Assert.Equal(2, first.StructuredPlanes); // The third is zero, which is no structure.
        SimilarFilters pair = Assert.Single(layer.NearDuplicates);
        Assert.Equal((0, 1), (pair.First, pair.Second));

        // What was not changed did not move.
        Assert.Equal((0.0, 1.0), (layer.Filters[2].Moved!.Value, layer.Filters[2].CosineToBefore), (a, b) => Math.Abs(a.Item1 - b.Item1)
            + Math.Abs(a.Item2 - b.Item2) < 1e-12);
        Assert.InRange(first.Moved!.Value, 1, 100);
        Assert.Equal("glorot_uniform: U(-0.3333, +0.3333), L = sqrt(6 / (27 + 27))", layer.InitialDistribution);
        Assert.Equal((3, 9), (layer.Filters.Count, layer.Planes));
    }

    [Fact]
    public void Find_filterWithAVeryNegativeBias_isDead()
    {
        var samples = new Stripes();
        using SnapshotNetwork network = SnapshotNetwork.Open(Full([0, -100, 0]), "test", KernelSets.Supported[0]);

        Assert.Equal([1], DeadFilters.Find(network, samples, TestContext.Current.CancellationToken)["conv1"]);
    }

    private static void Set(float[] weights, int filter, float[] channels)
    {
        for (int tap = 0; tap < 9; tap++)
        {
            for (int ic = 0; ic < 3; ic++) weights[(((tap * 3) + ic) * 3) + filter] = _sobel[tap] * channels[ic];
        }
    }

    private static Snapshot Full(float[] bias) => new()
    {
        Spec = new JobSpec
        {
            ModelName = "m",
            ModelJson = _model.ToJson(),
            Data = "digits",
            DataFingerprint = "none",
            Samples = 4,
            TotalSteps = 1,
            GlobalBatch = 4,
            Shards = 1,
            Seed = 5,
            Optimizer = new OptimizerSpec("sgd", 0.1f),
            NumericsVersion = NumericsVersion.Current,
        },
        Step = 1,
        NumericsVersion = NumericsVersion.Current,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Running = new RunningMetrics(0, 0, 0, new CoverageState(0, 0, 0)),
        Epochs = [],
        OptimizerScalars = new Dictionary<string, double>(),
        LayerHashes = [0, 0],
        Tensors =
        [
            new SnapshotTensor("conv1/kernel", SnapshotTensor.Weight, [3, 3, 3, 3], LayerKernels.Initial(_model, 5)[0].Values),
            new SnapshotTensor("conv1/bias", SnapshotTensor.Weight, [3], bias),
            new SnapshotTensor("dense1/kernel", SnapshotTensor.Weight, [48, 2], new float[96]),
            new SnapshotTensor("dense1/bias", SnapshotTensor.Weight, [2], new float[2]),
        ],
    };

    /// <summary>Four pictures of 6×6×3.</summary>
    private sealed class Stripes : IDataset
    {
        private readonly byte[] _pixels = [.. Enumerable.Range(0, 4 * 108).Select(i => (byte)(i * 37))];

        public int Count => 4;

        public TensorShape Shape => new(6, 6, 3);

        public int ClassCount => 2;

        public ReadOnlySpan<byte> Image(int index) => _pixels.AsSpan(index * 108, 108);

        public int Label(int index) => index % 2;
    }
}
