using System.Security.Cryptography;
using DistConv.Core;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Training.Tests.Data;

public sealed class Cifar10Tests : IDisposable
{
    private const int Record = 3073;

    private readonly IdxFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("cifar10")]
    [InlineData("cifar10/cifar-10-batches-bin")]
    [InlineData("cifar-10-batches-bin")]
    public void Open_smallFiles_givesAllRecordsInOrder(string subfolder)
    {
        WriteAll(subfolder);

        DataSource source = Open();

        Assert.Equal("cifar10", source.Name);
        Assert.Equal((10, 3, 10), (source.Train.Count, source.Test.Count, source.Train.ClassCount));
        Assert.Equal("(32, 32, 3)", source.Train.Shape.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Enumerable.Range(0, 10).Select(source.Train.Label));
        Assert.Equal([9, 8, 7], Enumerable.Range(0, 3).Select(source.Test.Label));
    }

    [Fact]
    public void Open_planes_becomePixels()
    {
        WriteAll();
        byte[] image = Open().Train.Image(3).ToArray();
        byte[] planes = Records(3, 1)[1..];
        for (int row = 0; row < 32; row++)
        {
            for (int column = 0; column < 32; column++)
            {
                for (int channel = 0; channel < 3; channel++) Assert.Equal(
                    planes[(channel * 1024) + (row * 32) + column], image[(((row * 32) + column) * 3) + channel]);
            }
        }
    }

    [Fact]
    public void Open_fingerprint_isTheDocumentedOne()
    {
        WriteAll();
        DataSource source = Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (IDataset split in new[] { source.Train, source.Test })
        {
            hash.AppendData([(byte)split.Count, 0, 0, 0, 32, 0, 0, 0, 32, 0, 0, 0, 3, 0, 0, 0]);
            for (int i = 0; i < split.Count; i++) hash.AppendData(split.Image(i));
            for (int i = 0; i < split.Count; i++) hash.AppendData([(byte)split.Label(i)]);
        }

        Assert.Equal("sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset()), source.Fingerprint);
    }

    [Theory]
    [InlineData(0, "is empty")]
    [InlineData(1, "has 1 bytes, which is no multiple of the 3073")]
    [InlineData(Record - 1, "truncated")]
    [InlineData((2 * Record) + 5, "has 6151 bytes")]
    public void Open_wrongLength_namesTheFile(int length, string part)
    {
        WriteAll();
        _files.Write("data_batch_4.bin", new byte[length]);
        Refuses("data_batch_4.bin", part);
    }

    [Fact]
    public void Open_labelAboveNine_namesFileAndSample()
    {
        WriteAll();
        byte[] records = Records(0, 2);
        records[Record] = 10;
        _files.Write("test_batch.bin", records);
        Refuses("test_batch.bin' has the label 10 at sample 1; labels must be 0 to 9");
    }

    [Fact]
    public void Open_fileMissing_namesIt()
    {
        WriteAll();
        File.Delete(Path.Combine(_files.Folder, "data_batch_2.bin"));
        Refuses($"folder '{_files.Folder}' lacks data_batch_2.bin");
    }

    [Fact]
    public void Open_nothingThere_saysWhatIsExpected() =>
        Refuses("expected data_batch_1.bin", "test_batch.bin (the binary version)", "distconv data fetch cifar10");

    private static byte[] Records(int first, int count, int labelStep = 1)
    {
        byte[] records = new byte[count * Record];
        for (int i = 0; i < count; i++)
        {
            records[i * Record] = (byte)(first + (i * labelStep));
            for (int p = 1; p < Record; p++) records[(i * Record) + p] = (byte)((p * 31) + (p / 1024 * 17) + first + i);
        }

        return records;
    }

    private void WriteAll(string subfolder = "")
    {
        for (int batch = 0; batch < 5; batch++) _files.Write(Path.Combine(subfolder, $"data_batch_{batch + 1}.bin"), Records(2 * batch, 2));
        _files.Write(Path.Combine(subfolder, "test_batch.bin"), Records(9, 3, -1));
    }

    private DataSource Open() => DataCatalog.BuiltIn.Open("cifar10", _files.Folder, cacheDirectory: Path.Combine(_files.Folder, "no-cache"));

    private void Refuses(params string[] parts)
    {
        var error = Assert.Throws<InvalidInputException>(Open);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
    }
}
