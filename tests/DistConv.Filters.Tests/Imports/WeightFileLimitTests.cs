using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Exports;
using DistConv.Filters.Imports;
using DistConv.Filters.Tests.Exports;
using Xunit;

namespace DistConv.Filters.Tests.Imports;

/// <summary>A weight file can make a process allocate no more than its model needs, whatever its headers claim.</summary>
public sealed partial class WeightFileLimitTests : IDisposable
{
    private const long MiB = 1 << 20;

    private static readonly ModelPlan _plan = ModelSpec.Parse(TestNetworks.SmallJson, "small").Infer();

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-limits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_overlappingTensors_isRefusedBeforeAnythingIsAllocated()
    {
        const int Values = 1_000_000;
        IEnumerable<string> tensors = Enumerable.Range(0, 60).Select(i => Tensor($"t{i}", $"[{Values}]", 0, 4L * Values));
        (string message, long allocated) = Refusal(Safetensors($"{{{string.Join(',', tensors)}}}", new byte[4 * Values]));
        Assert.Contains("tensors 't0' and 't1' overlap", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, MiB);
    }

    [Theory]
    [InlineData("[9223372036854775807,9223372036854775807]")]
    [InlineData("[9223372036854775807,-9223372036854775665]")] // The difference is 144 in 64 bits, as the shape says.
    [InlineData("[9223372036854775664,9223372036854775808]")]
    [InlineData("[9223372036854775663,9223372036854775807]")]
    [InlineData("[-144,0]")]
    [InlineData("[144,0]")]
    [InlineData("[0,144,288]")]
    [InlineData("[0,1.5]")]
    [InlineData("[1000000,1000144]")]
    [InlineData("[0,2000000000]", "[500000000]")]
    [InlineData("[0,0]", "[0]")]
    [InlineData("[0,144]", "[-36]")]
    [InlineData("[0,144]", "[4294967297,4294967295]")] // The product is −1 in 64 bits.
    [InlineData("[0,144]", "[36,1,1,1,1,1,1,1,1]")]
    public void Read_placeOutsideTheFile_isOneLine(string offsets, string shape = "[3,2,2,3]")
    {
        string text = Encoding.Latin1.GetString(TestNetworks.Export(TestNetworks.Small(), ExportFormat.Safetensors));
        const string Place = "\"shape\":[3,2,2,3],\"data_offsets\":[0,144]";
        Assert.Contains(Place, text, StringComparison.Ordinal);
        string changed = text.Replace(Place, $"\"shape\":{shape},\"data_offsets\":{offsets}", StringComparison.Ordinal);
        byte[] file = Encoding.Latin1.GetBytes(changed);
        BinaryPrimitives.WriteUInt64LittleEndian(file, BinaryPrimitives.ReadUInt64LittleEndian(file) + (ulong)(changed.Length - text.Length));
        string path = Path.Combine(_folder, "o.safetensors");
        File.WriteAllBytes(path, file);

        (string message, long allocated) = Refusal(path);
        Assert.DoesNotContain('\n', message);
        Assert.InRange(allocated, 0, MiB);
    }

    [Theory]
    [InlineData(1UL << 63, "more than the file has")]
    [InlineData(SafetensorsContainer.MaxHeaderBytes + 8UL, "at most 8,388,608 are possible")]
    public void Read_headerBeyondItsLimit_isRefusedBeforeItIsRead(ulong headerBytes, string expected)
    {
        string path = Path.Combine(_folder, "h.safetensors");
        using (FileStream file = File.Create(path))
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, headerBytes);
            file.Write(prefix);
            file.SetLength(64 * MiB); // Sparse.
        }

        (string message, long allocated) = Refusal(path);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, MiB);
    }

    [Fact]
    public void Read_moreTensorsThanAnyModelHas_isRefused()
    {
        IEnumerable<string> tensors = Enumerable.Range(0, WeightTensor.MaxTensors + 1).Select(i => Tensor($"t{i}", "[1]", 4 * i, 4 * (i + 1)));
        (string message, _) = Refusal(Safetensors($"{{{string.Join(',', tensors)}}}", new byte[4 * (WeightTensor.MaxTensors + 1)]));
        Assert.Contains("more than 4,000 tensors", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_npzOfAHugeShape_isRefusedByTheModelBeforeItIsUnpacked()
    {
        // 64 MB of zeros in 64 kB: only their shape is looked at.
        const int Values = 16_000_000;
        (string message, long allocated) = Refusal(Npz(("conv1/kernel", $"({Values},)", Values)));
        Assert.Contains("the tensors conv1/bias, ", message, StringComparison.Ordinal); // Those that are missing.
        Assert.InRange(allocated, 0, MiB);
        (message, allocated) = Refusal(Npz([.. Names().Select(name => (name, $"({Values},)", Values))]));
        Assert.Contains("layer 'conv1' needs [3, 2, 2, 3]", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, MiB);
    }

    [Fact]
    public void Read_npzThatClaimsMoreThanItHolds_isRefusedBeforeTheModelIsAllocated()
    {
        // A model of 400 MB, and a file that says it holds that much and has 2 kB.
        const string Large = """
            {"name": "large", "input": [100, 100, 1], "layers": [
              {"type": "flatten"}, {"type": "dense", "units": 10000, "activation": "softmax", "useBias": false}]}
            """;
        ModelPlan large = ModelSpec.Parse(Large, "large").Infer();
        string path = Npz(("dense1/kernel", "(10000, 10000)", 10));
        (string message, long allocated) = Refusal(path, large);
        Assert.Contains("has fewer values than its shape [10000, 10000] says", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, MiB);
    }

    [Fact]
    public void Read_npzWithAnEndlessDirectory_isRefused()
    {
        string path = Path.Combine(_folder, "many.npz");
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            for (int i = 0; i < 15_000; i++) archive.CreateEntry($"a-long-name-of-a-file-that-is-not-an-array-{i}.txt");
        }

        (string message, long allocated) = Refusal(path);
        Assert.Contains("its directory is too long", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 8 * MiB);
    }

    [Fact]
    public void Read_anyNumbersInAHeader_isOneLineWithinTheMemoryOfTheModel()
    {
        string[] headers =
        [
            Encoding.Latin1.GetString(TestNetworks.Export(TestNetworks.Small(), ExportFormat.Safetensors)),
            Encoding.Latin1.GetString(TestNetworks.Export(TestNetworks.Small(), ExportFormat.Npz)),
        ];
        string[] edges =
        [
            "0", "-1", "1", "4", "2147483647", "2147483648", "4294967296", "9223372036854775807", "-9223372036854775808",
            "18446744073709551616", "1e400", "1.5",
        ];
        Gen<string> number = Gen.OneOf(
            Gen.Int[0, edges.Length - 1].Select(i => edges[i]), Gen.Long.Select(value => $"{value}"), Gen.Int[0, 1000].Select(value => $"{value}"));
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 200], number).Sample(
            (kind, which, value) =>
            {
                MatchCollection numbers = Number().Matches(headers[kind]);
                Match chosen = numbers[which % numbers.Count];
                string changed = headers[kind][..chosen.Index] + value + headers[kind][(chosen.Index + chosen.Length)..];
                byte[] file = Encoding.Latin1.GetBytes(changed);
                ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file) + (ulong)(value.Length - chosen.Length);
                if (kind == 0) BinaryPrimitives.WriteUInt64LittleEndian(file, length);
                string path = Path.Combine(_folder, kind == 0 ? "n.safetensors" : "n.npz");
                File.WriteAllBytes(path, file);
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Assert.Equal(_plan.Parameters, WeightFile.Read(path, _plan).Length);
                }
                catch (InvalidInputException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * MiB);
            },
            iter: 2000, threads: 1);
    }

    /// <summary>The message, and what was allocated until it was thrown.</summary>
    private static (string Message, long Allocated) Refusal(string path, ModelPlan? plan = null)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => WeightFile.Read(path, plan ?? _plan));
        return (error.Message, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<string> Names() => WeightForm.Of(_plan).Select(form => form.KerasName);

    private static string Tensor(string name, string shape, long first, long end) =>
        $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[{first},{end}]}}";

    private string Safetensors(string header, byte[] values)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)text.Length);
        string path = Path.Combine(_folder, "t.safetensors");
        File.WriteAllBytes(path, [.. prefix, .. text, .. values]);
        return path;
    }

    /// <summary>An archive whose arrays are zeros.</summary>
    private string Npz(params (string Name, string Shape, int Values)[] arrays)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.npz");
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, string shape, int values) in arrays)
        {
            using Stream stream = archive.CreateEntry($"{name}.npy", CompressionLevel.SmallestSize).Open();
            string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + '\n';
            stream.Write(Encoding.Latin1.GetBytes($"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}"));
            byte[] zeros = new byte[1 << 16];
            for (long left = 4L * values; left > 0; left -= zeros.Length) stream.Write(zeros.AsSpan(0, (int)Math.Min(left, zeros.Length)));
        }

        return path;
    }

    [GeneratedRegex(@"(?<=[\[(, ])-?\d+(?=[\]), ])")]
    private static partial Regex Number();
}
