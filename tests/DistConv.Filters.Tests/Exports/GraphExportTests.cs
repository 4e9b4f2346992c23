using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Filters.Exports;
using DistConv.Filters.Imports;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Filters.Tests.Exports;

/// <summary>Random graphs over all layer types, exported and read again.</summary>
public sealed class GraphExportTests : IDisposable
{
    private const int Layers = 9;

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-graphs-").FullName;

    /// <summary>Graphs; with DISTCONV_GRAPHS=2000 the run takes some minutes.</summary>
    private static int Graphs => int.Parse(Environment.GetEnvironmentVariable("DISTCONV_GRAPHS") ?? "80");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Draw_ofTheSeeds_hasEveryLayerTypeAndBranches()
    {
        ModelSpec[] graphs = [.. Enumerable.Range(0, 80).Select(seed => RandomGraphs.Draw(seed, Layers))];

        Assert.Empty(LayerTypes.Names.Except(graphs.SelectMany(graph => graph.Layers).Select(layer => layer.Type)));
        Assert.InRange(graphs.Count(graph => graph.Layers.Any(layer => layer.Inputs.Names.Count > 1)), 60, 80);
        Assert.Equal(graphs[7].ToJson(), RandomGraphs.Draw(7, Layers).ToJson());
    }

    [Fact]
    public void Onnx_randomGraphs_giveOurProbabilities()
    {
        for (int seed = 0; seed < Graphs; seed++)
            OnnxTests.AssertAgrees(TestNetworks.Untrained(RandomGraphs.Draw(seed, Layers), (ulong)seed), 10);
    }

    /// <summary>Layers that are called as values inside other layers are, or as the file's input and output; Keras's "add" and "add_1" are such.</summary>
    [Fact]
    public void Onnx_layersCalledAsOtherValues_giveOurProbabilities()
    {
        const string Json =
            """
            {"name": "names", "input": [5, 5, 2], "layers": [
              {"type": "conv2d", "name": "input", "filters": 3, "kernel": 1, "activation": "relu"},
              {"type": "tanh", "name": "input_relu"},
              {"type": "conv2d", "name": "conv.weight", "inputs": ["input_relu"], "filters": 3, "kernel": 1},
              {"type": "conv2d", "name": "conv", "inputs": ["conv.weight"], "filters": 3, "kernel": 1},
              {"type": "add", "name": "add", "inputs": ["conv", "input_relu", "conv.weight"]},
              {"type": "sigmoid", "name": "add_1"},
              {"type": "separableconv2d", "name": "sep", "inputs": ["add"], "filters": 3, "kernel": 1},
              {"type": "tanh", "name": "sep_depthwise"},
              {"type": "concatenate", "name": "probabilities", "inputs": ["add_1", "sep_depthwise"]},
              {"type": "flatten", "name": "values"}, {"type": "softmax", "name": "values_nhwc", "inputs": ["values"]},
              {"type": "dense", "name": "values_image", "inputs": ["values_nhwc"], "units": 3, "activation": "softmax"}]}
            """;
        OnnxTests.AssertAgrees(TestNetworks.Untrained(ModelSpec.Parse(Json, "names"), seed: 2), 20);
    }

    [Fact]
    public void Write_tensorsThatPyTorchWouldCallAlike_isRefusedInThatLayout()
    {
        const string Json =
            """
            {"name": "alike", "input": [5, 5, 2], "layers": [
              {"type": "separableconv2d", "name": "sep", "filters": 3, "kernel": 2}, {"type": "conv2d", "name": "sep.pointwise", "filters": 3, "kernel": 1},
              {"type": "globalavgpool2d"}, {"type": "softmax"}]}
            """;
        Snapshot snapshot = TestNetworks.Untrained(ModelSpec.Parse(Json, "alike"), seed: 2);
        string path = Path.Combine(_folder, "w.safetensors");

        string message = Assert.Throws<InvalidInputException>(
            () => NetworkExport.Write(snapshot, "s", ExportFormat.Safetensors, WeightLayout.PyTorch, path)).Message;

        Assert.Equal(
            "the layers 'sep' and 'sep.pointwise' of model 'alike' would both have a tensor 'sep.pointwise.weight' in the weight layout pytorch; use keras",
            message);
        Assert.False(File.Exists(path));
        NetworkExport.Write(snapshot, "s", ExportFormat.Safetensors, WeightLayout.Keras, path);
        Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(path, snapshot.Spec.Plan())));
        OnnxTests.AssertAgrees(snapshot, 20);
    }

    [Theory]
    [InlineData("w.safetensors", WeightLayout.Keras)]
    [InlineData("w.safetensors", WeightLayout.PyTorch)]
    [InlineData("w.npz", WeightLayout.Keras)]
    [InlineData("w.weights.h5", WeightLayout.Keras)]
    public void Read_ofExportedRandomGraphs_keepsTheDigestTwice(string file, WeightLayout layout)
    {
        string path = Path.Combine(_folder, file);
        for (int seed = 0; seed < Graphs / 4; seed++)
        {
            Snapshot snapshot = TestNetworks.Untrained(RandomGraphs.Draw(seed, Layers), (ulong)seed);
            string digest = snapshot.WeightsDigest();
            ModelReading reading = ModelReading.Parse(snapshot.Spec.ModelJson, "random");

            for (int round = 0; round < 2; round++)
            {
                File.WriteAllBytes(path, TestNetworks.Export(snapshot, NetworkExport.FormatOf(null, path), layout));
                KerasImport import = new(reading, reading.Model.Infer(), WeightFile.Read(path, reading.Model.Infer()));
                snapshot = import.ToSnapshot(DateTimeOffset.UnixEpoch);

                Assert.True(digest == snapshot.WeightsDigest(), $"round {round} of {snapshot.Spec.ModelJson}");
            }
        }
    }

    [Fact]
    public void Read_ofSnapshotsOfRandomGraphs_keepsTheDigest()
    {
        for (int seed = 0; seed < Graphs / 4; seed++)
        {
            Snapshot snapshot = TestNetworks.Untrained(RandomGraphs.Draw(seed, Layers), (ulong)seed);
            string path = Path.Combine(_folder, $"{seed}{SnapshotFile.Ending}");
            SnapshotFile.Write(path, snapshot);

            Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(path, snapshot.Spec.Plan())));
            Assert.Equal(snapshot.WeightsDigest(), SnapshotFile.Read(path).WeightsDigest());
        }
    }
}
