using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Core.Shapes;
using DistConv.Filters.Exports;
using DistConv.Filters.Imports;
using DistConv.Filters.Tests.Exports;
using DistConv.Training.Snapshots;
using PureHDF;
using Xunit;

namespace DistConv.Filters.Tests.Imports;

/// <summary>Weight files in the layouts of all generations of Keras.</summary>
public sealed class KerasWeightFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-keras-").FullName;

    public static TheoryData<string> Models =>
        [.. Directory.EnumerateFiles(KerasTensors.Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("01", "01-save_weights-keras1.h5")]
    [InlineData("02", "02-save_weights-keras1-th.h5")]
    [InlineData("05", "05-save_weights-keras2.2.h5")]
    [InlineData("07", "07-model-keras2.2.h5")]
    [InlineData("12", "12-model-tf2.10.h5")]
    [InlineData("13", "13-save_weights-tf2.4.h5")]
    [InlineData("17", "17-keras3.3.weights.h5")]
    [InlineData("17", "17-model-keras3.3.h5")]
    [InlineData("18", "18-keras3.10.keras")]
    [InlineData("19", "19-keras3.10.weights.h5")]
    [InlineData("22", "22-save_weights-nested-keras2.2.h5")]
    public void Read_ofEachLayout_findsTheValuesOfEachTensor(string model, string weights)
    {
        string path = ModelPath(model);
        IReadOnlyList<(KerasWeight Weight, float[] Values)> tensors = KerasTensors.Of(path);

        float[][] read = KerasWeightFile.Read(
            Path.Combine(KerasTensors.Folder, weights), [.. tensors.Select(tensor => tensor.Weight)], KerasTensors.Models(path));

        Assert.Equal(tensors.Count, read.Length);
        foreach (((KerasWeight weight, float[] values), float[] found) in tensors.Zip(read)) Assert.True(values.SequenceEqual(found), weight.Name);
    }

    [Theory]
    [InlineData("22", "22-save_weights-nested-keras2.2.h5")]
    [InlineData("07", "07-model-keras2.2.h5")]
    public void Read_ofRenamedLayers_goesByTheOrder(string model, string weights)
    {
        string path = ModelPath(model);
        IReadOnlyList<(KerasWeight Weight, float[] Values)> tensors = KerasTensors.Of(path);
        KerasWeight[] renamed = [.. tensors.Select(tensor => tensor.Weight with { Path = [.. tensor.Weight.Path.Select(name => $"my_{name}")] })];

        float[][] read = KerasWeightFile.Read(Path.Combine(KerasTensors.Folder, weights), renamed, KerasTensors.Models(path));

        foreach (((KerasWeight weight, float[] values), float[] found) in tensors.Zip(read)) Assert.True(values.SequenceEqual(found), weight.Name);
    }

    [Theory]
    [InlineData("07-model-keras2.2.h5")]
    [InlineData("12-model-tf2.10.h5")]
    [InlineData("17-model-keras3.3.h5")]
    public void ModelConfig_ofWholeModels_isTheirJson(string file) =>
        Assert.StartsWith("{", KerasWeightFile.ModelConfig(Path.Combine(KerasTensors.Folder, file))!.Value.Json, StringComparison.Ordinal);

    [Fact]
    public void Read_whatDoesNotFit_namesEachTensor()
    {
        string path = ModelPath("05"), file = Path.Combine(KerasTensors.Folder, "05-save_weights-keras2.2.h5");
        KerasWeight[] weights = [.. KerasTensors.Of(path).Select(tensor => tensor.Weight)];
        KerasWeight[] wrong = [weights[0] with { Shape = [5, 5, 3, 8] }, .. weights.Skip(1).SkipLast(1)];

        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => KerasWeightFile.Read(file, wrong, []));

        Assert.Equal(2, refusal.Problems.Count);
        Assert.Contains("belongs to no layer of the model", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("needs [5, 5, 3, 8]", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Network_withTheWeightsOfACase_givesTheOutputsOfKerasAndOfOnnxRuntime(string name)
    {
        string path = ModelPath(name);
        ModelReading? reading = Load(path);
        if (reading is null) return; // It waits for layers, or must be refused: a test of the core's says which.
        string[] expected = File.ReadLines(Path.Combine(KerasTensors.Folder, "expected.tsv")).Select(line => line.Split('\t')).Single(
            cells => cells[0] == $"{name}.json");
        KerasOrigin origin = reading.Origin!;
        int[] sizes = [.. expected[2].Split('x').Select(int.Parse)];
        ModelSpec model = reading.At(origin.Order == ChannelOrder.First ? new TensorShape(sizes[1], sizes[2], sizes[0]) : new(sizes[0], sizes[1], sizes[2]));
        Dictionary<string, float[]> values = KerasTensors.Of(path).ToDictionary(tensor => tensor.Weight.Name, tensor => tensor.Values);
        IEnumerable<float> weights = KerasWeight.Of(model.Infer(), origin).SelectMany(
            weight => weight.Places is { } places ? places.Select(place => values[weight.Name][place])
                : weight.Role == TensorPlan.Count ? [0f] : values[weight.Name]);

        Snapshot snapshot = Snapshot(model, [.. weights]);
        float[] outputs = TestNetworks.Probabilities(snapshot, Input(model.Input, expected[3], origin.Order));

        for (int i = 0; i < Math.Min(5, outputs.Length); i++) Assert.Equal(float.Parse(expected[8 + i]), outputs[i], 1e-5);
        Assert.Equal(double.Parse(expected[13]), outputs.Index().Sum(output => (output.Index + 1.0) * output.Item), 1e-4);
        OnnxTests.AssertAgrees(snapshot, 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_ofOurExport_hasTheSameDigest(bool isArchive)
    {
        ModelReading reading = ModelReading.LoadFile(ModelPath("26"));
        Snapshot snapshot = TestNetworks.Untrained(reading.Model, 3);
        string path = Path.Combine(_folder, "w.weights.h5");
        NetworkExport.Write(snapshot, "test", NetworkExport.FormatOf(null, path), WeightLayout.Keras, path);
        if (isArchive)
        {
            using var archive = System.IO.Compression.ZipFile.Open(Path.Combine(_folder, "w.keras"), System.IO.Compression.ZipArchiveMode.Create);
            System.IO.Compression.ZipFileExtensions.CreateEntryFromFile(archive, path, "model.weights.h5");
            path = Path.Combine(_folder, "w.keras");
        }

        float[] weights = isArchive ? ReadArchive(path, reading) : KerasWeightFile.Read(path, reading.Model.Infer(), reading.Origin!);
        Assert.Equal(snapshot.WeightsDigest(), DistConv.Training.Snapshots.Snapshot.DigestOf(weights));
    }

    [Fact]
    public void Read_damagedFilesAndValuesThatAreNotFinite_areRefused()
    {
        ModelReading reading = ModelReading.LoadFile(ModelPath("26"));
        string path = Path.Combine(_folder, "w.h5");
        byte[] whole = File.ReadAllBytes(Path.Combine(KerasTensors.Folder, "05-save_weights-keras2.2.h5"));
        foreach (int length in (int[])[0, 4, 100, 1000, 10_000])
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.StartsWith($"'{path}'", Refusal(path, reading), StringComparison.Ordinal);
        }

        new H5File { ["layers"] = new H5Group() }.Write(path);
        Assert.Contains("is missing", Refusal(path, reading), StringComparison.Ordinal);
        new H5File { ["other"] = new H5Group() }.Write(path);
        Assert.Contains("has no weights of Keras", Refusal(path, reading), StringComparison.Ordinal);
        Snapshot snapshot = TestNetworks.Untrained(reading.Model, 3);
        float[] values = snapshot.Tensors[0].Values.ToArray();
        values[2] = float.NaN;
        Snapshot broken = new(snapshot, [snapshot.Tensors[0] with { Values = values }, .. snapshot.Tensors.Skip(1)]);
        NetworkExport.Write(broken, "test", ExportFormat.KerasH5, WeightLayout.Keras, path);
        Assert.Contains("has the value NaN at index 2; weights must be finite", Refusal(path, reading), StringComparison.Ordinal);
    }

    private static float[] ReadArchive(string path, ModelReading reading) => KerasWeightFile.Read(path, reading.Model.Infer(), reading.Origin!);

    private static string Refusal(string path, ModelReading reading) =>
        Assert.Throws<InvalidInputException>(() => KerasWeightFile.Read(path, reading.Model.Infer(), reading.Origin!)).Message;

    private static string ModelPath(string beginning) =>
        Directory.EnumerateFiles(KerasTensors.Folder, $"{beginning}*.json").Single();

    private static ModelReading? Load(string path)
    {
        try
        {
            return ModelReading.LoadFile(path);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private static Snapshot Snapshot(ModelSpec model, float[] weights)
    {
        Snapshot other = TestNetworks.Untrained(model, 1);
        using SnapshotNetwork network = SnapshotNetwork.Untrained(model, 1, KernelSets.Supported[0]);
        return new Snapshot(other, [.. network.Network.Tensors.Select(tensor => new SnapshotTensor(
            tensor.Name,
            tensor.Plan.IsState ? SnapshotTensor.State : SnapshotTensor.Weight,
            [.. tensor.Shape],
            weights.AsMemory(tensor.Offset, tensor.Length)))]);
    }

    /// <summary>Rule A: small values around 0; rule B: 0 to 255. Both count in the model's own order.</summary>
    private static float[] Input(TensorShape shape, string rule, ChannelOrder order)
    {
        var values = new float[shape.Size];
        for (int place = 0; place < values.Length; place++)
        {
            int channel = place % shape.Channels, pixel = place / shape.Channels;
            long i = order == ChannelOrder.First ? ((long)channel * shape.Height * shape.Width) + pixel : place;
            values[place] = rule == "A" ? (float)((7919 * i % 1009 / 1009.0) - 0.5) : 7919 * i % 256;
        }

        return values;
    }
}
