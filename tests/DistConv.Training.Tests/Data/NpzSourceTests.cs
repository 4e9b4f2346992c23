using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Data;

/// <summary>Files of numpy arrays as data sets.</summary>
public sealed class NpzSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x_train", "y_train", "x_test", "y_test", CompressionLevel.NoCompression)]
    [InlineData("train_images", "train_labels", "test_images", "test_labels", CompressionLevel.Optimal)]
    [InlineData("X_TRAIN", "labels_train", "data-test", "target-test", CompressionLevel.Optimal)]
    public void Open_twoSplits_areReadByTheirNames(string x, string y, string tx, string ty, CompressionLevel level)
    {
        DataSource data = Open(level, (x, Npy("|u1", [4, 2, 3], Bytes(24))), (y, Npy("<i8", [4], Longs(0, 1, 2, 1))),
            (tx, Npy("|u1", [2, 2, 3], Bytes(12))), (ty, Npy("|u1", [2], [2, 0])));

        Assert.Equal(("npz/set.npz", 4, 2, 3), (data.Name, data.Train.Count, data.Test.Count, data.Train.ClassCount));
        Assert.Equal("(2, 3, 1)", data.Train.Shape.ToString());
        Assert.Equal(Bytes(24)[18..], data.Train.Image(3).ToArray());
        Assert.Equal([0, 1, 2, 1], Enumerable.Range(0, 4).Select(data.Train.Label));
        Assert.True(DataNames.IsName(data.Name) && DataCatalog.BuiltIn.IsKnown(data.Name));
        Assert.Empty(_notes);
        Assert.Equal(data.Fingerprint, DataCatalog.BuiltIn.Open(data.Name, _folder.Root).Fingerprint);
    }

    [Fact]
    public void Open_withoutTestPart_holdsOutAShareOfEachClass()
    {
        byte[] labels = [.. Enumerable.Range(0, 50).Select(i => (byte)(i < 40 ? 0 : 1))];
        DataSource data = Open(CompressionLevel.Optimal, ("images", Npy("|u1", [50, 2, 2], Bytes(200))), ("labels", Npy("|u1", [50], labels)));

        Assert.Equal("npz/set.npz?test=0.2&seed=0", data.Name);
        Assert.Equal([32, 8], data.Train.ClassCounts());
        Assert.Equal([8, 2], data.Test.ClassCounts());
        Assert.Contains(_notes, note => note.Contains("has no test part: 10 samples are held out", StringComparison.Ordinal));
        string[] all = [.. new[] { data.Train, data.Test }.SelectMany(split => Enumerable.Range(0, split.Count)
            .Select(i => $"{Convert.ToHexString(split.Image(i))} {split.Label(i)}"))];
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{Convert.ToHexString(Bytes(200).AsSpan(4 * i, 4))} {labels[i]}").Order(), all.Order());
        Assert.Equal(data.Fingerprint, DataCatalog.BuiltIn.Open(data.Name, _folder.Root).Fingerprint);
        Assert.NotEqual(data.Fingerprint, DataCatalog.BuiltIn.Open(data.Name.Replace("seed=0", "seed=1", StringComparison.Ordinal), _folder.Root).Fingerprint);
    }

    [Fact]
    public void Open_validationFloatsOneHotAndFlatRows_areRecognised()
    {
        byte[] pixels = [.. Enumerable.Range(0, 8).SelectMany(i => Float(i / 8f))];
        byte[] oneHot = [.. new[] { 0f, 1f, 1f, 0f }.SelectMany(Float)];
        DataSource data = Open(CompressionLevel.Optimal,
            ("x_train", Npy("<f4", [2, 4], pixels)), ("y_train", Npy("<f4", [2, 2], oneHot)), ("names", Npy("<U3", [2], new byte[24])),
            ("x_val", Npy("<f4", [2, 4], pixels)), ("y_val", Npy("<f4", [2, 2], oneHot)),
            ("x_test", Npy("<f4", [2, 4], pixels)), ("y_test", Npy("<f4", [2, 2], oneHot)));

        Assert.Equal((4, 2, 2, 2), (data.Train.Count, data.ValidationCount, data.Test.Count, data.Train.ClassCount));
        Assert.Equal("(2, 2, 1)", data.Train.Shape.ToString());
        Assert.Equal(new byte[] { 0, 32, 64, 96 }, data.Train.Image(2).ToArray());
        Assert.Equal([1, 0, 1, 0], Enumerable.Range(0, 4).Select(data.Train.Label));
        foreach (string part in (string[])["left out of 'set.npz': 'names'", "0 … 1 of the training images become 0 … 255", "pictures of 2 × 2", "a single 1"])
            Assert.Contains(_notes, note => note.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_colour_isTakenWithChannelsLastOrFirst()
    {
        byte[] first = Bytes(24), last = [.. Enumerable.Range(0, 2).SelectMany(n => Enumerable.Range(0, 4).SelectMany(p =>
            Enumerable.Range(0, 3).Select(c => first[(n * 12) + (c * 4) + p])))];
        DataSource a = Open(CompressionLevel.Optimal, Both(Npy("|u1", [2, 3, 2, 2], first)));
        DataSource b = Open(CompressionLevel.Optimal, Both(Npy("|u1", [2, 2, 2, 3], last)));
        Assert.Equal("(2, 2, 3)", a.Train.Shape.ToString());
        Assert.Equal(b.Fingerprint, a.Fingerprint);
    }

    [Theory]
    [InlineData("|O", "2, 2, 2", false, "holds Python objects, which are not read, because they can run programs")]
    [InlineData("|u1", "2, 2, 2", true, "is in Fortran order; save numpy.ascontiguousarray(a), which is in C order")]
    [InlineData("|u1", "2, 2, 3", false, "has fewer values than its shape 2 × 2 × 3 says")]
    [InlineData("|u1", "2, 2, 1", false, "has more values than its shape 2 × 2 × 1 says")]
    [InlineData("|u1", "4000000000, 4000000000, 4000000000", false, "has fewer values than its shape")]
    [InlineData("|u1", "2, 0, 2", false, "every dimension must be at least 1")]
    [InlineData("|u1", "8", false, "has the shape 8; images are samples × rows × columns")]
    [InlineData("|u1", "1, 8", false, "has rows of 8 values, which are no square picture")]
    [InlineData("<c8", "1, 1, 1", false, "has values of the type '<c8'")]
    [InlineData(">i2", "2, 2, 1", false, "has values of the type '>i2'")]
    [InlineData("<f4", "2, 1, 1", false, "pixels must be finite numbers")]
    public void Open_otherArrays_areRefusedInALine(string type, string shape, bool fortran, string expected)
    {
        byte[] values = type == "<f4" ? [.. Float(float.NaN), .. Float(0)] : Bytes(8);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Open(CompressionLevel.Optimal, Both(Npy(type, shape, fortran, values))));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_missingOrOtherFiles_saysWhatToGive()
    {
        Assert.Contains("has images for train and no labels; name the arrays x_train and y_train",
            Assert.Throws<InvalidInputException>(() => Open(CompressionLevel.Optimal, ("x_train", Npy("|u1", [2, 2, 2], Bytes(8))))).Message,
            StringComparison.Ordinal);
        Assert.Contains("has 2 images, and", Assert.Throws<InvalidInputException>(() => Open(
            CompressionLevel.Optimal, ("x", Npy("|u1", [2, 2, 2], Bytes(8))), ("y", Npy("|u1", [3], Bytes(3))))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "has no images to train on", Assert.Throws<InvalidInputException>(() => Open(CompressionLevel.Optimal)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder["set.npz"], Bytes(100));
        Assert.Contains("is not an npz file, or it is damaged", Assert.Throws<InvalidInputException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Contains(
            "is a folder", Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open($"npz:{_folder.Root}", null)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "which is a path", Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("npz/..%2Fset.npz", _folder.Root)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_fileOfNumpyItself_isRead()
    {
        string script = "import numpy as n; n.savez_compressed('set.npz', x_train=n.arange(24,dtype='int16').reshape(2,3,4), y_train=n.array([[1],[0]]), "
            + "x_test=n.zeros((1,3,4),'int16'), y_test=n.array([[1]]))";
        ProcessStartInfo start = new("python3", ["-c", script]) { WorkingDirectory = _folder.Root, RedirectStandardError = true };
        using Process? python = TryStart(start);
        Assert.SkipWhen(python is null, "python3 is not installed");
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.SkipWhen(python.ExitCode != 0, "numpy is not installed");
        DataSource data = Open();
        Assert.Equal([1, 0], Enumerable.Range(0, 2).Select(data.Train.Label));
        Assert.Equal(Enumerable.Range(12, 12).Select(i => (byte)i), data.Train.Image(1).ToArray());
    }

    private static Process? TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];

    private static byte[] Float(float value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Longs(params long[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static (string, byte[])[] Both(byte[] images) =>
        [("x_train", images), ("y_train", Npy("|u1", [2], [0, 1])), ("x_test", images), ("y_test", Npy("|u1", [2], [0, 1]))];

    private static byte[] Npy(string type, int[] shape, byte[] values) =>
        Npy(type, $"{string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}", false, values);

    private static byte[] Npy(string type, string shape, bool fortran, byte[] values)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': ({shape}), }}".PadRight(117) + "\n";
        return [.. Encoding.Latin1.GetBytes($"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}"), .. values];
    }

    private DataSource Open(CompressionLevel level, params (string Name, byte[] Array)[] arrays)
    {
        using (ZipArchive archive = new(File.Create(_folder["set.npz"]), ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] array) in arrays)
            {
                using Stream entry = archive.CreateEntry($"{name}.npy", level).Open();
                entry.Write(array);
            }
        }

        return Open();
    }

    private DataSource Open() => DataCatalog.BuiltIn.Open($"npz:{_folder["set.npz"]}", null, note: _notes.Add);
}
