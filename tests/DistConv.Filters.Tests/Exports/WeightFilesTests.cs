using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Exports;
using DistConv.Training.Snapshots;
using PureHDF;
using Xunit;

namespace DistConv.Filters.Tests.Exports;

/// <summary>Files of weights, read by others than ourselves: by the format's words, or by numpy and h5py.</summary>
public sealed class WeightFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(WeightLayout.Keras, "conv1/kernel", new[] { 3, 2, 2, 3 })]
    [InlineData(WeightLayout.PyTorch, "conv1.weight", new[] { 3, 2, 3, 2 })]
    public void Safetensors_header_hasShapesPlacesAndMetadata(WeightLayout layout, string name, int[] shape)
    {
        Snapshot snapshot = TestNetworks.Small();
        byte[] file = TestNetworks.Export(snapshot, ExportFormat.Safetensors, layout);
        int headerBytes = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, headerBytes % 8);
        JsonElement header = JsonDocument.Parse(file.AsMemory(8, headerBytes)).RootElement;
        Assert.Equal(shape, header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()));
        JsonElement metadata = header.GetProperty("__metadata__");
        Assert.All(metadata.EnumerateObject(), entry => Assert.Equal(JsonValueKind.String, entry.Value.ValueKind));
        Assert.Equal(snapshot.WeightsDigest(), metadata.GetProperty("weightsDigest").GetString());
        Assert.Equal(snapshot.Spec.ToJson(), metadata.GetProperty("specification").GetString());
        int end = 0; // The format wants the values without a gap.
        foreach (JsonProperty entry in header.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            int[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            Assert.Equal(end, offsets[0]);
            end = offsets[1];
        }

        Assert.Equal(file.Length, 8 + headerBytes + end);
    }

    [Fact]
    public void PyTorch_convolution_isTransposed()
    {
        Snapshot snapshot = TestNetworks.Small();
        float[] keras = Values(snapshot, "conv1/kernel"), pyTorch = Form("conv1/kernel").ToPyTorch(keras); // [3, 2, 2, 3] and [3, 2, 3, 2]
        for (int kh = 0; kh < 3; kh++)
        {
            for (int kw = 0; kw < 2; kw++)
            {
                for (int ic = 0; ic < 2; ic++)
                {
                    for (int oc = 0; oc < 3; oc++) Assert.Equal(
                        keras[(((((kh * 2) + kw) * 2) + ic) * 3) + oc], pyTorch[(((((oc * 2) + ic) * 3) + kh) * 2) + kw]);
                }
            }
        }
    }

    [Fact]
    public void PyTorch_denseBehindFlatten_readsChannelsFirst()
    {
        Snapshot snapshot = TestNetworks.Small();
        float[] keras = Values(snapshot, "dense1/kernel"), pyTorch = Form("dense1/kernel").ToPyTorch(keras); // 5 × 2 pixels of 3 channels to 7 units
        for (int unit = 0; unit < 7; unit++)
        {
            for (int pixel = 0; pixel < 10; pixel++)
            {
                for (int channel = 0; channel < 3; channel++) Assert.Equal(
                    keras[(((pixel * 3) + channel) * 7) + unit], pyTorch[(unit * 30) + (channel * 10) + pixel]);
            }
        }

        float[] second = Values(snapshot, "dense2/kernel"), transposed = Form("dense2/kernel").ToPyTorch(second); // No image any more: 7 to 4.
        for (int i = 0; i < 28; i++) Assert.Equal(second[i], transposed[(i % 4 * 7) + (i / 4)]);
    }

    [Fact]
    public void FromPyTorch_ofToPyTorch_isTheSame() => Assert.All(
        WeightForm.Of(ModelSpec.Load("lenet5").Infer()), form =>
        {
            float[] values = [.. Enumerable.Range(0, form.Length)];
            float[] pyTorch = form.ToPyTorch(values);
            Assert.Equal(values, form.FromPyTorch(pyTorch));
            Assert.Equal(values, pyTorch.Order());
        });

    [Fact]
    public void Npz_numpy_readsTheSameValues()
    {
        Snapshot snapshot = TestNetworks.Small();
        string path = Write(snapshot, ExportFormat.Npz, "small.npz");
        const string script = """
            import sys, numpy
            for name, a in numpy.load(sys.argv[1]).items(): print(name, a.dtype, a.shape, a.flags["C_CONTIGUOUS"], a.tobytes().hex())
            """;
        Assert.Equal(Expected(snapshot, tensor => $"{tensor.Name} float32 {Tuple(tensor.Shape)} True"), PythonNumpy.Run("", script, path));
    }

    [Theory]
    [InlineData(WeightLayout.Keras)]
    [InlineData(WeightLayout.PyTorch)]
    public void Safetensors_numpy_readsTheSameValues(WeightLayout layout)
    {
        // The format in ten lines of its documentation, for machines without the package itself.
        Snapshot snapshot = TestNetworks.Small();
        string path = Write(snapshot, ExportFormat.Safetensors, "small.safetensors", layout);
        const string script = """
            import sys, json, struct, numpy
            data = open(sys.argv[1], "rb").read()
            n = struct.unpack("<Q", data[:8])[0]
            header = json.loads(data[8:8 + n])
            del header["__metadata__"]
            for name, t in header.items():
                a = numpy.frombuffer(data[8 + n:][slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
                if name.endswith("conv1.weight"): name, a = "conv1/kernel", a.transpose(2, 3, 1, 0)
                if name == "dense1.weight": name, a = "dense1/kernel", a.reshape(7, 3, 5, 2).transpose(2, 3, 1, 0).reshape(30, 7)
                if name == "dense2.weight": name, a = "dense2/kernel", a.T
                print(name.replace(".", "/"), a.shape, a.tobytes().hex())
            """;
        Assert.Equal(Expected(snapshot, tensor => $"{tensor.Name} {Tuple(tensor.Shape)}"), PythonNumpy.Run("", script, path));
    }

    [Fact]
    public void KerasH5_h5py_findsKerasVariables()
    {
        Snapshot snapshot = TestNetworks.Small();
        string path = Write(snapshot, ExportFormat.KerasH5, "small.weights.h5");
        const string script = """
            import sys, h5py
            def show(name, item):
                if isinstance(item, h5py.Dataset): print(name, item.dtype, item.shape, item[()].tobytes().hex())
            with h5py.File(sys.argv[1], "r") as f: f.visititems(show)
            """;
        string[] names =
            ["layers/conv2d/vars/0", "layers/conv2d/vars/1", "layers/dense/vars/0", "layers/dense/vars/1", "layers/dense_1/vars/0", "layers/dense_1/vars/1"];
        int next = 0;
        Assert.Equal(Expected(snapshot, tensor => $"{names[next++]} float32 {Tuple(tensor.Shape)}"), PythonNumpy.Run("h5py", script, path));
    }

    /// <summary>As Keras 3 saves a BatchNormalization: gamma, beta, the moving mean, the moving variance, as far as the layer has them.</summary>
    [Fact]
    public void KerasH5_ofNormalisations_hasKerasNames()
    {
        Snapshot snapshot = TestNetworks.Untrained(ModelSpec.Parse(TestNetworks.NormedJson, "normed"), seed: 6);
        using var file = H5File.OpenRead(Write(snapshot, ExportFormat.KerasH5, "normed.weights.h5"));
        Assert.Equal(Values(snapshot, "batchnorm1/moving_mean"), file.Dataset("layers/batch_normalization/vars/2").Read<float[]>());
        Assert.Equal(Values(snapshot, "batchnorm1/moving_variance"), file.Dataset("layers/batch_normalization/vars/3").Read<float[]>());
        Assert.Equal(Values(snapshot, "batchnorm2/gamma"), file.Dataset("layers/batch_normalization_1/vars/0").Read<float[]>());
        Assert.Equal(Values(snapshot, "batchnorm2/moving_mean"), file.Dataset("layers/batch_normalization_1/vars/1").Read<float[]>());
        Assert.Equal(Values(snapshot, "batchnorm3/beta"), file.Dataset("layers/batch_normalization_2/vars/0").Read<float[]>());
    }

    /// <summary>PyTorch's names; a list that is still an image has PyTorch's order of values, channel by channel.</summary>
    [Fact]
    public void PyTorch_ofNormalisations_hasItsNamesAndOrder()
    {
        Snapshot snapshot = TestNetworks.Untrained(ModelSpec.Parse(TestNetworks.NormedJson, "normed"), seed: 6);
        IReadOnlyList<WeightForm> forms = WeightForm.Of(snapshot.Spec.Plan());
        Assert.Equal(
            ["batchnorm1.running_mean", "batchnorm1.running_var"],
            forms.Where(form => form.KerasName.StartsWith("batchnorm1/moving", StringComparison.Ordinal)).Select(form => form.PyTorchName));
        Assert.Equal("batchnorm1.weight", forms.Single(form => form.KerasName == "batchnorm1/gamma").PyTorchName);
        float[] keras = Values(snapshot, "batchnorm2/gamma"); // 3 × 4 × 3
        float[] pyTorch = forms.Single(form => form.KerasName == "batchnorm2/gamma").ToPyTorch(keras);
        for (int pixel = 0; pixel < 12; pixel++)
        {
            for (int channel = 0; channel < 3; channel++) Assert.Equal(keras[(pixel * 3) + channel], pyTorch[(channel * 12) + pixel]);
        }
    }

    [Fact]
    public void Export_kernelsOnly_refuses()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(
            () => NetworkExport.Write(TestNetworks.Small().KernelsOnly()!, "k.dcs", ExportFormat.Onnx, WeightLayout.Keras, Path.Combine(_folder, "x.onnx")));
        Assert.Contains("holds kernels only", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    private static string Expected(Snapshot snapshot, Func<SnapshotTensor, string> line)
    {
        StringBuilder text = new();
        foreach (SnapshotTensor tensor in snapshot.Tensors) text.Append(
            CultureInfo.InvariantCulture, $"{line(tensor)} {Convert.ToHexStringLower(FloatBytes.Of(tensor.Values.Span))}\n");
        return text.ToString();
    }

    private static string Tuple(int[] shape) => shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    private static float[] Values(Snapshot snapshot, string name) => snapshot.Tensors.Single(tensor => tensor.Name == name).Values.ToArray();

    private static WeightForm Form(string name) => WeightForm.Of(TestNetworks.Small().Spec.Plan()).Single(form => form.KerasName == name);

    private string Write(Snapshot snapshot, ExportFormat format, string file, WeightLayout layout = WeightLayout.Keras)
    {
        string path = Path.Combine(_folder, file);
        NetworkExport.Write(snapshot, "test", format, layout, path);
        return path;
    }
}
