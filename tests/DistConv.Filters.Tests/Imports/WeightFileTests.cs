using System.Buffers.Binary;
using System.Text;
using CsCheck;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Exports;
using DistConv.Filters.Imports;
using DistConv.Filters.Tests.Exports;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Filters.Tests.Imports;

public sealed class WeightFileTests : IDisposable
{
    private static readonly ModelPlan _plan = ModelSpec.Parse(TestNetworks.SmallJson, "small").Infer();

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("w.safetensors", WeightLayout.Keras)]
    [InlineData("w.safetensors", WeightLayout.PyTorch)]
    [InlineData("w.npz", WeightLayout.Keras)]
    public void Read_ofExport_hasTheSameDigest(string file, WeightLayout layout)
    {
        ModelSpec normed = ModelSpec.Parse(TestNetworks.NormedJson, "normed");
        foreach (ModelSpec model in (IEnumerable<ModelSpec>)[ModelSpec.Parse(TestNetworks.SmallJson, "small"), ModelSpec.Load("lenet5"), normed])
        {
            Snapshot snapshot = TestNetworks.Untrained(model, 5);
            string path = Path.Combine(_folder, file);
            NetworkExport.Write(snapshot, "test", NetworkExport.FormatOf(null, path), layout, path);
            Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(path, model.Infer())));
        }
    }

    [Fact]
    public void Read_snapshot_hasTheSameDigest()
    {
        Snapshot snapshot = TestNetworks.Small();
        string path = Path.Combine(_folder, "s.dcs");
        SnapshotFile.Write(path, snapshot);
        Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(path, _plan)));
    }

    [Theory]
    [InlineData("numpy.savez")]
    [InlineData("numpy.savez_compressed")]
    public void Read_npzOfNumpy_hasTheSameDigest(string save)
    {
        Snapshot snapshot = TestNetworks.Small();
        string ours = Path.Combine(_folder, "ours.npz"), theirs = Path.Combine(_folder, "theirs.npz");
        NetworkExport.Write(snapshot, "test", ExportFormat.Npz, WeightLayout.Keras, ours);
        PythonNumpy.Run("", $"import sys, numpy; {save}(sys.argv[2], **dict(numpy.load(sys.argv[1])))", ours, theirs);
        Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(WeightFile.Read(theirs, _plan)));
    }

    [Fact]
    public void Read_pyTorchWithoutMetadata_isRecognisedByItsShapes()
    {
        // conv1 [3, 2, 3, 2] is no Keras shape, so all tensors are read as PyTorch's.
        Snapshot snapshot = TestNetworks.Small();
        string text = Encoding.Latin1.GetString(TestNetworks.Export(snapshot, ExportFormat.Safetensors, WeightLayout.PyTorch));
        Assert.Equal(snapshot.WeightsDigest(), Snapshot.DigestOf(Read(text.Replace("\"layout\"", "\"laient\"", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("conv1.weight", "conv9.weight", "tensor 'conv9.weight' belongs to no layer of model 'small', whose weights are conv1/kernel, conv1/bias")]
    [InlineData("\"dense2.bias\"", "\"conv1.bias\"", "")] // Twice the same name: one of them is superfluous.
    [InlineData("[3,2,3,2]", "[2,3,3,2]", "tensor 'conv1.weight' has the shape [2, 3, 3, 2]; layer 'conv1' needs [3, 2, 3, 2]")]
    [InlineData("[3,2,3,2]", "[3,2,3,9]", "tensor 'conv1.weight': data_offsets does not match the shape [3, 2, 3, 9]")]
    [InlineData("\"F32\"", "\"F16\"", "numbers of type F16; weights are F32")]
    [InlineData("\"dtype\"", "\"dtipe\"", "its header cannot be understood")]
    public void Read_changedHeader_namesTensorAndShapes(string old, string changed, string message)
    {
        string text = Encoding.Latin1.GetString(TestNetworks.Export(TestNetworks.Small(), ExportFormat.Safetensors, WeightLayout.PyTorch));
        int place = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(place > 0, old);
        InvalidInputException error = Assert.Throws<InvalidInputException>(
            () => Read(text[..place] + changed.PadRight(old.Length) + text[(place + old.Length)..]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Read_missingTensor_namesIt()
    {
        Snapshot other = TestNetworks.Untrained(
            ModelSpec.Parse(TestNetworks.SmallJson.Replace("\"units\": 4,", "\"units\": 4, \"useBias\": false,", StringComparison.Ordinal), "small"), 1);
        InvalidInputException error =
            Assert.Throws<InvalidInputException>(() => Read(Encoding.Latin1.GetString(TestNetworks.Export(other, ExportFormat.Safetensors))));
        Assert.Contains("tensor 'dense2/bias' (or 'dense2.bias') of model 'small' is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_notANumber_namesItsPlace()
    {
        byte[] file = TestNetworks.Export(TestNetworks.Small(), ExportFormat.Safetensors);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(file.Length - 8), float.NaN);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Read(Encoding.Latin1.GetString(file)));
        Assert.Contains("tensor 'dense2/bias' has the value NaN at index 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_anyDamage_isOneLineOrTheWeights()
    {
        byte[][] files = [TestNetworks.Export(TestNetworks.Small(), ExportFormat.Safetensors), TestNetworks.Export(TestNetworks.Small(), ExportFormat.Npz)];
        Gen.Select(Gen.Int[0, 1], Gen.Double[0, 1], Gen.Byte, Gen.Bool).Sample(
            (kind, part, value, cut) =>
            {
                byte[] file = [.. files[kind]];
                int place = (int)(part * (file.Length - 1));
                file[place] = value;
                string path = Path.Combine(_folder, kind == 0 ? "d.safetensors" : "d.npz");
                File.WriteAllBytes(path, cut ? file[..place] : file);
                try
                {
                    Assert.Equal(_plan.Parameters, WeightFile.Read(path, _plan).Length);
                }
                catch (InvalidInputException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            },
            iter: 1000, threads: 1);
    }

    private float[] Read(string latin1)
    {
        string path = Path.Combine(_folder, "changed.safetensors");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(latin1));
        return WeightFile.Read(path, _plan);
    }
}
