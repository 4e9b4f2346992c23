using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Filters.Exports;
using DistConv.Filters.Imports;
using DistConv.Filters.Tests.Exports;
using DistConv.Training.Snapshots;
using PureHDF;
using Xunit;

namespace DistConv.Filters.Tests.Imports;

/// <summary>Models with their weights, as snapshots.</summary>
public sealed class KerasImportTests : IDisposable
{
    private const string Model = """
        {"class_name":"Sequential","keras_version":"2.2.4","config":{"name":"tiny","layers":[
        {"class_name":"Conv2D","config":{"name":"c","filters":2,"kernel_size":[2,2],"batch_input_shape":[null,null,null,3]}},
        {"class_name":"GlobalAveragePooling2D","config":{"name":"g"}},
        {"class_name":"Dense","config":{"name":"d","units":2,"activation":"softmax"}}]}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_wholeModel_makesASnapshotWithItsWeights()
    {
        string path = Write("whole.h5", withModel: true);

        KerasImport import = KerasImport.Read(path, weightsPath: null, new TensorShape(6, 5, 3));
        Snapshot snapshot = import.ToSnapshot(DateTimeOffset.UnixEpoch);
        string file = Path.Combine(_folder, "s.dcs");
        SnapshotFile.Write(file, snapshot);

        Assert.Equal(("tiny", new TensorShape(6, 5, 3), "Keras Sequential model, Keras 2.2.4"),
            (import.Plan.Model.Name, import.Plan.Model.Input, import.Reading.Format));
        Assert.Equal(["c/kernel", "c/bias", "d/kernel", "d/bias"], snapshot.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(Enumerable.Range(0, 24 + 2 + 4 + 2).Select(i => i / 8f), import.Weights);
        Snapshot read = SnapshotFile.Read(file);
        Assert.Equal(snapshot.WeightsDigest(), read.WeightsDigest());
        Assert.Equal(1, TestNetworks.Probabilities(read, new float[6 * 5 * 3]).Sum(), 1e-6);
        NetworkExport.Write(read, "test", ExportFormat.Npz, WeightLayout.Keras, Path.Combine(_folder, "w.npz"));
        Assert.Equal(import.Weights, WeightFile.Read(Path.Combine(_folder, "w.npz"), import.Plan));
    }

    [Fact]
    public void Read_modelAndWeightsInTwoFiles_isTheSame()
    {
        string model = Path.Combine(_folder, "m.json");
        File.WriteAllText(model, Model);

        KerasImport import = KerasImport.Read(model, Write("w.h5", withModel: false), input: null);

        Assert.Equal(new TensorShape(224, 224, 3), import.Plan.Model.Input);
        Assert.Equal(KerasImport.Read(Write("whole.h5", withModel: true), null, null).Weights, import.Weights);
    }

    [Fact]
    public void Read_ofWhatIsMissing_saysWhatToName()
    {
        string model = Path.Combine(_folder, "m.json");
        File.WriteAllText(model, Model);

        Assert.Contains("has no weights; name the file with its weights", Refusal(model, null), StringComparison.Ordinal);
        Assert.Contains("has weights without a model", Refusal(Write("w.h5", withModel: false), null), StringComparison.Ordinal);
        Assert.Contains("do not exist", Refusal(model, Path.Combine(_folder, "missing.h5")), StringComparison.Ordinal);
        Assert.Contains("takes (224, 224, 3)", Assert.Throws<InvalidInputException>(() => KerasImport.Read(model, null, new TensorShape(8, 8, 1))).Message,
            StringComparison.Ordinal);
    }

    private static string Refusal(string model, string? weights) =>
        Assert.Throws<InvalidInputException>(() => KerasImport.Read(model, weights, input: null)).Message;

    /// <summary>A file as Keras 2 writes it, with the values 0, 1/8, 2/8 ….</summary>
    private string Write(string name, bool withModel)
    {
        int next = 0;
        H5Dataset Tensor(params ulong[] shape)
        {
            float[] values = [.. Enumerable.Range(next, (int)shape.Aggregate((product, size) => product * size)).Select(i => i / 8f)];
            next += values.Length;
            return new H5Dataset(values, fileDims: shape);
        }

        H5Group conv = new() { ["c"] = new H5Group { ["kernel:0"] = Tensor(2, 2, 3, 2), ["bias:0"] = Tensor(2) } };
        H5Group dense = new() { ["d"] = new H5Group { ["kernel:0"] = Tensor(2, 2), ["bias:0"] = Tensor(2) } };
        conv.Attributes["weight_names"] = (string[])["c/kernel:0", "c/bias:0"];
        dense.Attributes["weight_names"] = (string[])["d/kernel:0", "d/bias:0"];
        H5Group layers = new() { ["c"] = conv, ["g"] = new H5Group(), ["d"] = dense };
        string path = Path.Combine(_folder, name);
        H5File file = new() { ["model_weights"] = layers };
        layers.Attributes["layer_names"] = (string[])["c", "g", "d"];
        if (withModel) file.Attributes["model_config"] = Model.Replace("\"keras_version\":\"2.2.4\",", "", StringComparison.Ordinal);
        if (withModel) file.Attributes["keras_version"] = "2.2.4";
        file.Write(path);
        return path;
    }
}
