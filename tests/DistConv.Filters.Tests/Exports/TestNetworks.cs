using DistConv.Core.Initializers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.PRelu;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Filters.Exports;
using DistConv.Training;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Filters.Tests.Exports;

/// <summary>Networks whose weights are all different from zero, biases too, as after training.</summary>
internal static class TestNetworks
{
    /// <summary>A convolution, average pooling with 'same' padding and two dense layers: every kind of tensor, none of them square.</summary>
    public const string SmallJson = """
        {"name": "small", "input": [5, 4, 2], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": [3, 2], "padding": "same", "strides": [1, 2], "activation": "relu"},
          {"type": "avgpool2d", "pool": 2, "strides": 1, "padding": "same"},
          {"type": "flatten"},
          {"type": "dropout", "rate": 0.5},
          {"type": "dense", "units": 7, "activation": "relu"},
          {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Batch normalisation of an image, of a list that is still an image, and of a list, with numbers that are all different.</summary>
    public const string NormedJson = """
        {"name": "normed", "input": [4, 5, 2], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": 2, "useBias": false},
          {"type": "batchnorm", "gammaInitializer": "random_normal", "betaInitializer": "random_normal",
            "movingMeanInitializer": "random_normal", "movingVarianceInitializer": {"name": "random_uniform", "minValue": 0.25, "maxValue": 3}},
          {"type": "flatten"},
          {"type": "batchnorm", "center": false, "gammaInitializer": "random_normal", "movingMeanInitializer": "random_normal",
            "movingVarianceInitializer": {"name": "random_uniform", "minValue": 0.25, "maxValue": 3}},
          {"type": "dense", "units": 4}, {"type": "batchnorm", "scale": false, "betaInitializer": "random_normal"},
          {"type": "softmax"}]}
        """;

    /// <summary>Means and variances of data, which no initialiser draws, are different from 0 and 1.</summary>
    private static float[] Lively(ParameterTensor tensor, SnapshotNetwork network) => tensor.Plan.Role switch
    {
        TensorPlan.Mean => [.. Enumerable.Range(0, tensor.Length).Select(channel => 0.25f - (0.125f * channel))],
        TensorPlan.Variance => [.. Enumerable.Range(0, tensor.Length).Select(channel => 0.5f + (0.75f * channel))],
        _ => network.Values(tensor).ToArray(),
    };

    public static Snapshot Small(ulong seed = 1) => Untrained(ModelSpec.Parse(SmallJson, "small"), seed);

    /// <summary>A snapshot of a model with other initialisers.</summary>
    public static Snapshot Untrained(ModelSpec model, ulong seed)
    {
        InitializerSpec kernel = new("he_uniform"), bias = new("random_uniform", MinValue: -0.5f, MaxValue: 0.5f);
        ModelSpec lively = model with
        {
            Layers =
            [
                .. model.Layers.Select(layer => layer switch
                {
                    Conv2DSpec conv => conv with { KernelInitializer = kernel, BiasInitializer = bias },
                    DepthwiseConv2DSpec conv => conv with { DepthwiseInitializer = kernel, BiasInitializer = bias },
                    SeparableConv2DSpec conv => conv with { DepthwiseInitializer = kernel, PointwiseInitializer = kernel, BiasInitializer = bias },
                    DenseSpec dense => dense with { KernelInitializer = kernel, BiasInitializer = bias },
                    PReluSpec slopes => slopes with { AlphaInitializer = bias },
                    BatchNormSpec norm => norm with { GammaInitializer = bias, BetaInitializer = bias },
                    _ => layer,
                }),
            ],
        };
        using SnapshotNetwork network = SnapshotNetwork.Untrained(lively, seed, KernelSets.Supported[0]);
        SnapshotTensor[] tensors = [.. network.Network.Tensors.Select(
            tensor => new SnapshotTensor(
                tensor.Name, tensor.Plan.IsState ? SnapshotTensor.State : SnapshotTensor.Weight, [.. tensor.Shape], Lively(tensor, network)))];
        JobSpec spec = new()
        {
            ModelName = lively.Name,
            ModelJson = lively.ToJson(),
            Data = "digits",
            DataFingerprint = "sha256:00",
            Samples = 100,
            TotalSteps = 10,
            GlobalBatch = 10,
            Shards = 2,
            Seed = seed,
            Optimizer = new OptimizerSpec("sgd", 0.01f),
            NumericsVersion = NumericsVersion.Current,
        };
        return new Snapshot
        {
            Spec = spec,
            Step = 3,
            NumericsVersion = NumericsVersion.Current,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Running = default,
            Epochs = [],
            OptimizerScalars = new Dictionary<string, double>(),
            LayerHashes = [],
            Tensors = tensors,
        };
    }

    /// <summary>A file in memory.</summary>
    public static byte[] Export(Snapshot snapshot, ExportFormat format, WeightLayout layout = WeightLayout.Keras)
    {
        using MemoryStream stream = new();
        NetworkExport.Write(new ExportedNetwork(snapshot, "test"), format, layout, stream);
        return stream.ToArray();
    }

    /// <summary>Our own outputs: probabilities, unless the model ends in numbers.</summary>
    /// <param name="snapshot">The network.</param>
    /// <param name="samples">NHWC samples, one after the other.</param>
    /// <returns>The outputs of each sample.</returns>
    public static float[] Probabilities(Snapshot snapshot, float[] samples)
    {
        using SnapshotNetwork network = SnapshotNetwork.Open(snapshot, "test", KernelSets.Supported[0]);
        using SamplePass pass = network.CreatePass();
        int size = network.Network.Plan.Model.Input.Size, classes = network.Network.Plan.Output.Size;
        var result = new float[samples.Length / size * classes];
        for (int i = 0; i < samples.Length / size; i++)
        {
            pass.Forward(samples.AsSpan(i * size, size));
            pass.Outputs(result.AsSpan(i * classes, classes));
        }

        return result;
    }
}
