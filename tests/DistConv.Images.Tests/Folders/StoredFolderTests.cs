using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Images.Tests.Support;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests.Folders;

/// <summary>Folders whose tensors do not fit into the memory for them.</summary>
public sealed class StoredFolderTests : IDisposable
{
    private const int Side = 6, Pictures = 40;

    private readonly TestFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_moreThanTheMemory_isTheSameDataSetInAFile(bool isGrey)
    {
        Write(isGrey);
        DataSource memory = Open("cache1", long.MaxValue), stored = Open("cache2", 1_000);
        Assert.IsType<MemoryDataset>(memory.Train);
        Assert.IsType<StoredDataset>(stored.Train);
        Assert.Equal(isGrey ? 1 : 3, stored.Train.Shape.Channels);
        EnsureSame(memory, stored);

        // Each reads what the other has written, without a look at a picture.
        DateTime written = File.GetLastWriteTimeUtc(Tensors("cache2"));
        EnsureSame(memory, Open("cache2", long.MaxValue));
        EnsureSame(memory, Open("cache1", 1_000));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Tensors("cache2")));
        Assert.Equal(memory.Fingerprint, DataFingerprint.Of(stored.Train, stored.Test));
    }

    [Fact]
    public void Open_labelFileAndSkippedPictures_areTheSameInAFile()
    {
        Write(isGrey: true);
        _folder.WriteBytes("set/broken.png", 1, 2, 3);
        string[] lines = [.. Directory.GetFiles(_folder["set"], "*.png", SearchOption.AllDirectories)
            .Select((path, i) => $"{Path.GetRelativePath(_folder["set"], path).Replace('\\', '/')},{i}.5,{-i}")];
        File.WriteAllLines(_folder["set/labels.csv"], ["file,first,second", .. lines]);
        ImageFolderOptions options = new() { SkipsUnreadable = true };
        DataSource memory = Open("cache1", long.MaxValue, options), stored = Open("cache2", 1_000, options);
        Assert.Equal(LabelKind.Numbers, stored.Train.Labels);
        Assert.Equal(Pictures, stored.Train.Count + stored.Test.Count);
        EnsureSame(memory, stored);
        EnsureSame(memory, Open("cache2", 1_000, options));
        Assert.Equal(3, _notes.Count(note => note.StartsWith("left out: cannot read the picture ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Open_pictureThatCannotBeRead_leavesNoPartOfAFile()
    {
        Write(isGrey: false);
        _folder.WriteBytes("set/ant/broken.png", 1, 2, 3);
        Assert.Contains("1 of 41 pictures cannot be read", Assert.Throws<InvalidInputException>(() => Open("cache", 1_000)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder["cache"], "*", SearchOption.AllDirectories));
        File.Delete(_folder["set/ant/broken.png"]);
        Assert.IsType<StoredDataset>(Open("cache", 1_000).Train);
    }

    [Fact]
    public void Open_damagedPicture_isToldWhenItIsReadAndDecodedAnewWithoutTheFile()
    {
        Write(isGrey: false);
        string fingerprint = Open("cache", 1_000).Fingerprint, tensors = Tensors("cache");
        byte[] content = File.ReadAllBytes(tensors);
        content[1_000] ^= 1;
        File.WriteAllBytes(tensors, content);
        DataSource damaged = Open("cache", 1_000);
        string message = Assert.Throws<InvalidInputException>(() => DataFingerprint.Of(damaged.Train, damaged.Test)).Message;
        Assert.Contains($"'{tensors}'", message, StringComparison.Ordinal);
        Assert.Contains("delete this file", message, StringComparison.Ordinal);
        File.Delete(tensors);
        DataSource again = Open("cache", 1_000);
        Assert.Equal(fingerprint, DataFingerprint.Of(again.Train, again.Test));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(-40)]
    public void Open_damagedIndexOrHalfAFile_isDecodedAgain(int at)
    {
        Write(isGrey: true);
        string fingerprint = Open("cache", 500).Fingerprint, tensors = Tensors("cache");
        byte[] content = File.ReadAllBytes(tensors);
        content[at < 0 ? content.Length + at : at] ^= 1;
        foreach (byte[] bad in (byte[][])[content, content[..(content.Length / 2)], []])
        {
            File.WriteAllBytes(tensors, bad);
            DataSource again = Open("cache", 500);
            Assert.Equal(fingerprint, DataFingerprint.Of(again.Train, again.Test));
        }
    }

    [Fact]
    public void Open_cacheThatCannotBeWritten_saysWhatWouldHelp()
    {
        Write(isGrey: false);
        _folder.WriteBytes("cache", 1);
        string message = Assert.Throws<InvalidInputException>(() => Open("cache", 1_000)).Message;
        Assert.StartsWith("cannot write the cache of decoded pictures ", message, StringComparison.Ordinal);
        Assert.Contains("allow more memory for data", message, StringComparison.Ordinal);
    }

    private static void EnsureSame(DataSource expected, DataSource actual)
    {
        Assert.Equal((expected.Name, expected.Fingerprint, expected.ValidationCount), (actual.Name, actual.Fingerprint, actual.ValidationCount));
        foreach ((IDataset one, IDataset other) in (ReadOnlySpan<(IDataset, IDataset)>)[(expected.Train, actual.Train), (expected.Test, actual.Test)])
        {
            Assert.Equal((one.Count, one.Shape, one.Labels, one.ClassCount, one.TargetCount),
                (other.Count, other.Shape, other.Labels, other.ClassCount, other.TargetCount));
            for (int i = 0; i < one.Count; i++)
            {
                Assert.Equal(one.Label(i), other.Label(i));
                Assert.Equal(one.Image(i), other.Image(i));
                Assert.Equal(one.Targets(i), other.Targets(i));
            }
        }
    }

    private DataSource Open(string cache, long memory, ImageFolderOptions? options = null) => new ImageFolder { MemoryBytes = memory }.Open(
        options?.ToName("set") ?? $"images:{_folder["set"]}", options is null ? null : _folder["set"], _folder[cache], _notes.Add);

    private string Tensors(string cache) => Assert.Single(Directory.GetFiles(_folder[$"{cache}/images"], "*.tensors"));

    private void Write(bool isGrey)
    {
        for (int i = 0; i < Pictures; i++)
        {
            string name = $"set/{(i % 2 == 0 ? "ant" : "bee")}/{i}.png";
            byte[] values = [.. Enumerable.Range(0, Side * Side).Select(p => (byte)((i * 31) + (p * 7)))];
            if (isGrey) _folder.WriteGrey(name, Side, values);
            else _folder.Write(name, Side, [.. values.Select(value => new SKColor(value, (byte)i, (byte)(255 - value)))]);
        }
    }
}
