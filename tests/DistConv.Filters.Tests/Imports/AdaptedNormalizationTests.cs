using DistConv.Core.Models;
using DistConv.Filters.Exports;
using DistConv.Filters.Imports;
using DistConv.Filters.Tests.Exports;
using DistConv.Training.Snapshots;
using PureHDF;
using Xunit;

namespace DistConv.Filters.Tests.Imports;

/// <summary>Means and variances that a network has from its data: weights that are not trained.</summary>
public sealed class AdaptedNormalizationTests : IDisposable
{
    private const string Model = """
        {"name": "adapted", "input": [5, 4, 3], "layers": [
          {"type": "normalization", "name": "norm"}, {"type": "conv2d", "name": "c", "filters": 2, "kernel": 3, "trainable": false},
          {"type": "flatten", "name": "f"}, {"type": "dense", "name": "d", "units": 4, "activation": "softmax"}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-adapted-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("w.safetensors", WeightLayout.Keras)]
    [InlineData("w.safetensors", WeightLayout.PyTorch)]
    [InlineData("w.npz", WeightLayout.Keras)]
    [InlineData("w.weights.h5", WeightLayout.Keras)]
    public void Read_ofOurExport_hasTheSameDigest(string file, WeightLayout layout)
    {
        string path = Path.Combine(_folder, file);
        Snapshot snapshot = Export(path, layout);

        Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(path, snapshot.Spec.Plan())));
        Assert.Equal(["d/kernel", "d/bias"], snapshot.Tensors.Where(tensor => tensor.Role == SnapshotTensor.Weight).Select(tensor => tensor.Name));
    }

    /// <summary>As Keras keeps it: a whole number without dimensions.</summary>
    [Fact]
    public void Write_forKeras_hasTheCountAsAWholeNumber()
    {
        string path = Path.Combine(_folder, "w.weights.h5");
        Export(path, WeightLayout.Keras);
        using var file = H5File.OpenRead(path);
        IH5Dataset count = file.Dataset("layers/normalization/vars/2");

        Assert.Empty(count.Space.Dimensions);
        Assert.Equal(0, count.Read<int>());
        Assert.Equal([0.25f, 0.125f, 0], file.Dataset("layers/normalization/vars/0").Read<float[]>());
        Assert.Equal([3ul], file.Dataset("layers/normalization/vars/1").Space.Dimensions);
    }

    /// <summary>A file without the count is complete, since nothing computes with it; one without the mean is not.</summary>
    [Fact]
    public void Read_withoutTheCount_takesTheOthers()
    {
        string path = Path.Combine(_folder, "w.npz");
        Snapshot snapshot = Export(path, WeightLayout.Keras);
        ModelPlan plan = snapshot.Spec.Plan();
        Remove(path, "norm/count.npy");
        Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(path, plan)));

        Remove(path, "norm/mean.npy");
        Assert.Contains(
            "tensor 'norm/mean' (or 'norm.mean') of model 'adapted' is missing",
            Assert.Throws<Core.InvalidInputException>(() => WeightFile.Read(path, plan)).Message,
            StringComparison.Ordinal);
    }

    private static void Remove(string path, string entry)
    {
        using var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update);
        archive.GetEntry(entry)!.Delete();
    }

    private static Snapshot Export(string path, WeightLayout layout)
    {
        Snapshot snapshot = TestNetworks.Untrained(ModelSpec.Parse(Model, "adapted"), 3);
        NetworkExport.Write(snapshot, "test", NetworkExport.FormatOf(null, path), layout, path);
        return snapshot;
    }
}
