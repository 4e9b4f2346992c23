using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using PureHDF;
using PureHDF.Filters;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

/// <summary><c>import</c> of weights that are wrong on purpose: one line each, no snapshot, within a small heap.</summary>
public sealed class HostileWeightTests : BadInputTest
{
    /// <summary>Its weights are a kernel [4, 2] and a bias [2].</summary>
    private const string Model = """
        {"name": "m", "input": [2, 2, 1], "layers": [
          {"type": "flatten"}, {"type": "dense", "name": "d", "units": 2, "activation": "softmax"}]}
        """;

    private static readonly Dictionary<string, string> _smallHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x8000000" }; // 128 MiB.

    private static readonly float[] _kernel = [1, 2, 3, 4, 5, 6, 7, 8];

    public HostileWeightTests() => Folder.Write("m.json", Model);

    [Theory]
    [InlineData("F16", "tensor 'd/kernel' has numbers of type F16; weights are F32")]
    [InlineData("I32", "tensor 'd/kernel' has numbers of type I32; weights are F32")]
    public Task Import_safetensorsOfAnotherType_namesTheTensor(string type, string expected) =>
        RefusesSafetensorsAsync([expected], ("d/kernel", type, "[4,2]", _kernel), ("d/bias", "F32", "[2]", [0, 0]));

    [Fact]
    public Task Import_safetensorsWithMissingAndSuperfluousTensors_namesAll() => RefusesSafetensorsAsync(
        ["tensor 'e/kernel' belongs to no layer of model 'm', whose weights are d/kernel, d/bias", "tensor 'd/kernel' (or 'd.weight') of model 'm' is missing"],
        ("e/kernel", "F32", "[4,2]", _kernel), ("d/bias", "F32", "[2]", [0, 0]));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public Task Import_safetensorsWithValuesThatAreNotFinite_namesThePlace(float value) => RefusesSafetensorsAsync(
        [$"tensor 'd/bias' has the value {value} at index 1; weights must be finite"],
        ("d/kernel", "F32", "[4,2]", _kernel), ("d/bias", "F32", "[2]", [0, value]));

    [Fact]
    public async Task Import_kerasFileThatDoesNotFit_namesEachTensor()
    {
        Write(new H5File { ["layers"] = Layers(("dense", [new H5Dataset(_kernel, fileDims: [2, 4]), new H5Dataset(new float[] { 0, 0 })])) });
        await RefusesWeightsAsync("w.h5", "has the shape [2, 4]; 'd/kernel' needs [4, 2]");
        Write(new H5File { ["layers"] = Layers(("dense", [new H5Dataset(_kernel, fileDims: [4, 2])])) });
        await RefusesWeightsAsync("w.h5", "d/bias");
        (string, H5Dataset[]) whole = ("dense", [new H5Dataset(_kernel, fileDims: [4, 2]), new H5Dataset(new float[] { 0, 0 })]);
        Write(new H5File { ["layers"] = Layers(whole, ("dense_1", [new H5Dataset(new float[] { 0, 0 })])) });
        await RefusesWeightsAsync("w.h5", "belongs to no layer of the model");
        Write(new H5File { ["layers"] = Layers(("dense", [new H5Dataset(_kernel, fileDims: [4, 2]), new H5Dataset(new[] { 0, float.NaN })])) });
        await RefusesWeightsAsync("w.h5", "has the value NaN at index 1; weights must be finite");
        Write(new H5File { ["layers"] = Layers(("dense", [new H5Dataset(new int[8], fileDims: [4, 2]), new H5Dataset(new double[2])])) });
        await RefusesWeightsAsync("w.h5", "'w.h5': ");
    }

    [Fact]
    public async Task Import_compressedTensor_isRefusedBeforeItIsUnpacked()
    {
        H5Dataset zeros = new(new float[1 << 16], chunks: [1 << 10], datasetCreation: new(Filters: [DeflateFilter.Id]));
        Write(new H5File { ["layers"] = Layers(("dense", [zeros, new H5Dataset(new float[] { 0, 0 })])) });
        await RefusesWeightsAsync("w.h5", "is stored in pieces or compressed");
    }

    [Fact]
    public async Task Import_groupsWithoutEnd_areRefused()
    {
        H5Group deep = new();
        for (int i = 0; i < 100; i++) deep = new H5Group { ["g"] = deep };
        Write(new H5File { ["layers"] = deep });
        await RefusesWeightsAsync("w.h5", "groups are more than 16 deep");
    }

    [Fact]
    public async Task Import_archiveThatUnpacksToMuchMore_isRefused()
    {
        using (ZipArchive archive = ZipFile.Open(Folder["w.keras"], ZipArchiveMode.Create))
        {
            using Stream weights = archive.CreateEntry("model.weights.h5", CompressionLevel.SmallestSize).Open();
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) weights.Write(zeros); // 256 MiB in 256 kB.
        }

        await RefusesWeightsAsync("w.keras", "model.weights.h5 has 268,435,456 bytes; the model needs at most");
    }

    [Fact]
    public async Task Import_npzThatUnpacksToMuchMore_isRefusedByItsShape()
    {
        using (ZipArchive archive = ZipFile.Open(Folder["w.npz"], ZipArchiveMode.Create))
        {
            foreach (string name in (string[])["d/kernel", "d/bias"])
            {
                using Stream array = archive.CreateEntry($"{name}.npy", CompressionLevel.SmallestSize).Open();
                string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (64000000,), }".PadRight(117) + '\n';
                array.Write(Encoding.Latin1.GetBytes($"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}"));
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < 244; i++) array.Write(zeros);
                array.Write(zeros.AsSpan(0, 147_456));
            }
        }

        await RefusesWeightsAsync("w.npz", "tensor 'd/kernel' has the shape [64000000]; layer 'd' needs [4, 2]");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task Import_cutFile_saysThatItIsDamaged(int length)
    {
        Write(new H5File { ["layers"] = Layers(("dense", [new H5Dataset(_kernel, fileDims: [4, 2]), new H5Dataset(new float[] { 0, 0 })])) });
        File.WriteAllBytes(Folder["w.h5"], File.ReadAllBytes(Folder["w.h5"])[..length]);
        await RefusesWeightsAsync("w.h5", "'w.h5'");
    }

    [Theory]
    [InlineData("not JSON", "not valid JSON")]
    [InlineData("""{"class_name": "Sequential", "config": {"layers": []}}""", "the input's shape is missing")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "not valid JSON")]
    public async Task Import_wholeModelWithAWrongConfiguration_saysWhatIsWrong(string config, string expected)
    {
        H5File file = new() { ["model_weights"] = new H5Group() };
        file.Attributes["model_config"] = config;
        Write(file);
        await RefusesAsync([expected], ["import", "w.h5", "--out", "m.dcs"], _smallHeap);
    }

    private static H5Group Layers(params (string Name, H5Dataset[] Variables)[] layers)
    {
        H5Group all = new();
        foreach ((string name, H5Dataset[] variables) in layers)
        {
            H5Group vars = new();
            foreach ((int index, H5Dataset variable) in variables.Index()) vars[$"{index}"] = variable;
            all[name] = new H5Group { ["vars"] = vars };
        }

        return all;
    }

    private void Write(H5File file) => file.Write(Folder["w.h5"]);

    private Task RefusesWeightsAsync(string file, params string[] expected) =>
        RefusesAsync(expected, ["import", "m.json", "--weights", file, "--out", "m.dcs"], _smallHeap);

    private Task RefusesSafetensorsAsync(string[] expected, params (string Name, string Type, string Shape, float[] Values)[] tensors)
    {
        List<string> entries = [];
        int start = 0;
        foreach ((string name, string type, string shape, float[] values) in tensors)
        {
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[{start},{start + (4 * values.Length)}]}}");
            start += 4 * values.Length;
        }

        byte[] header = Encoding.UTF8.GetBytes($"{{{string.Join(',', entries)}}}"), file = new byte[8 + header.Length + start];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        int place = 8 + header.Length;
        foreach (float value in tensors.SelectMany(tensor => tensor.Values))
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(place), value);
            place += 4;
        }

        File.WriteAllBytes(Folder["w.safetensors"], file);
        return RefusesWeightsAsync("w.safetensors", expected);
    }
}
