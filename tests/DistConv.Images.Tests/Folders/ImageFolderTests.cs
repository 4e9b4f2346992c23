using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Images.Folders;
using DistConv.Images.Tests.Support;
using DistConv.Training.Data;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests.Folders;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _notes = [];

    private string Cache => _folder["cache"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_folderForEachClass_holdsOutAFifthOfEach()
    {
        WriteGrey("set", perClass: 10);
        DataSource data = Open();
        Assert.Equal(["ant", "bee", "cat"], data.ClassNames);
        Assert.Equal("images/set?size=3x2&color=grey&fit=stretch&test=0.2&seed=0&unreadable=refuse", data.Name);
        Assert.Equal(new TensorShape(3, 2, 1), data.Train.Shape);
        Assert.Equal([8, 8, 8], data.Train.ClassCounts());
        Assert.Equal([2, 2, 2], data.Test.ClassCounts());

        // Each sample has the pixels of a picture of its own class, and none is there twice.
        string[] samples = [.. Samples(data.Train).Concat(Samples(data.Test))];
        Assert.Equal(30, samples.Distinct().Count());
        Assert.All(samples, sample => Assert.Contains(sample, Enumerable.Range(0, 30).Select(i => $"{i / 10}:{string.Join(",", Pixels(i / 10, i % 10))}")));
    }

    [Fact]
    public void Open_otherSeedOrShare_isAnotherSplitAndFingerprint()
    {
        WriteGrey("set", perClass: 10);
        string first = Open().Fingerprint;
        Assert.Equal(first, Open(new ImageFolderOptions()).Fingerprint);
        Assert.NotEqual(first, Open(new ImageFolderOptions { Seed = 1 }).Fingerprint);
        DataSource half = Open(new ImageFolderOptions { TestShare = 0.5 });
        Assert.Equal([5, 5, 5], half.Test.ClassCounts());
        Assert.Equal(half.Fingerprint, Directly().Open(half.Name, _folder["set"], Cache, null).Fingerprint);
        Assert.Equal(half.Fingerprint, Directly().Open(half.Name, _folder.Root, _folder["cache2"], null).Fingerprint);
    }

    [Fact]
    public void Open_foldersTrainAndTest_areTheSplit()
    {
        WriteGrey("set/train", perClass: 4);
        WriteGrey("set/test", perClass: 2);
        DataSource data = Open();
        Assert.Equal([4, 4, 4, 2, 2, 2], [.. data.Train.ClassCounts(), .. data.Test.ClassCounts()]);
        _folder.WriteGrey("set/test/dog/1.png", 2, 0, 0, 0, 0, 0, 0);
        Assert.Contains("is a class that", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_colourAmongGrey_makesAllRgb()
    {
        WriteGrey("set", perClass: 5);
        _folder.Write("set/ant/red.png", 2, [.. Enumerable.Repeat(SKColors.Red, 6)]);
        Assert.Equal(new TensorShape(3, 2, 3), Open().Train.Shape);
        Assert.Equal(new TensorShape(3, 2, 1), Open(new ImageFolderOptions { IsGrey = true }).Train.Shape);
    }

    [Fact]
    public void Open_differentSizes_needASize()
    {
        WriteGrey("set", perClass: 5);
        _folder.WriteGrey("set/bee/large.png", 4, new byte[16]);
        Assert.Contains("set the image size", Refused(), StringComparison.Ordinal);
        Assert.Equal(new TensorShape(6, 6, 1), Open(new ImageFolderOptions { Size = (6, 6) }).Train.Shape);
    }

    [Fact]
    public void Open_unreadablePictures_areNamedAndRefusedOrSkipped()
    {
        WriteGrey("set", perClass: 10);
        _folder.WriteBytes("set/ant/notes.png", "no picture"u8.ToArray());
        _folder.WriteBytes("set/cat/empty.jpg");
        _folder.WriteBytes("set/cat/readme.txt", 1);
        string message = Refused();
        Assert.StartsWith("2 of 32 pictures cannot be read: ", message, StringComparison.Ordinal);
        Assert.Contains("notes.png", message, StringComparison.Ordinal);
        Assert.Contains("empty.jpg", message, StringComparison.Ordinal);

        for (int run = 0; run < 2; run++)
        {
            _notes.Clear();
            DataSource data = Open(new ImageFolderOptions { SkipsUnreadable = true });
            Assert.Equal(30, data.Train.Count + data.Test.Count);
            Assert.Equal(30, Samples(data.Train).Concat(Samples(data.Test)).Distinct().Count());
            Assert.Equal(2, _notes.Count(note => note.StartsWith("left out: cannot read the picture ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Open_again_readsTheCacheUntilAFileChanges()
    {
        WriteGrey("set", perClass: 10);
        string first = Open().Fingerprint;
        string cached = Assert.Single(Directory.GetFiles(Path.Combine(Cache, "images"), "*.tensors"));
        DateTime written = File.GetLastWriteTimeUtc(cached);

        // With the same length and time nothing shows that a file has changed: then the tensors come from the cache.
        string file = _folder["set/ant/0.png"];
        byte[] content = File.ReadAllBytes(file);
        DateTime time = File.GetLastWriteTimeUtc(file);
        File.WriteAllBytes(file, new byte[content.Length]);
        File.SetLastWriteTimeUtc(file, time);
        Assert.Equal(first, Open().Fingerprint);
        Assert.Equal(written, File.GetLastWriteTimeUtc(cached));

        _folder.WriteGrey("set/ant/0.png", 2, 1, 2, 3, 4, 5, 6);
        File.SetLastWriteTimeUtc(file, time.AddSeconds(1));
        Assert.NotEqual(first, Open().Fingerprint);
        Assert.Single(Directory.GetFiles(Path.Combine(Cache, "images"), "*.tensors"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(-1)]
    public void Open_damagedCache_isDecodedAgain(int at)
    {
        WriteGrey("set", perClass: 10);
        string first = Open().Fingerprint, cached = Assert.Single(Directory.GetFiles(Path.Combine(Cache, "images"), "*.tensors"));
        byte[] content = File.ReadAllBytes(cached);
        content[at < 0 ? content.Length + at : at] ^= 1;
        File.WriteAllBytes(cached, content);
        Assert.Equal(first, Open().Fingerprint);
        File.WriteAllBytes(cached, content[..(content.Length / 2)]);
        Assert.Equal(first, Open().Fingerprint);
    }

    [Fact]
    public void Open_cacheThatCannotBeWritten_isOnlyNoted()
    {
        WriteGrey("set", perClass: 5);
        _folder.WriteBytes("cache", 1);
        Assert.Equal(12, Open().Train.Count);
        Assert.Contains("decoded again next time", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_whatIsNoDataSet_isOneLine()
    {
        Assert.Contains("does not exist", Refused(), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["set/ant"]);
        Assert.Contains("holds no pictures", Refused(), StringComparison.Ordinal);
        _folder.WriteGrey("set/ant/1.png", 1, 0);
        Assert.Contains("only the class 'ant'", Refused(), StringComparison.Ordinal);
        _folder.WriteGrey("set/bee/1.png", 1, 0);
        Assert.Contains("no picture of", Refused(), StringComparison.Ordinal);
        Assert.Contains("does not know", Assert.Throws<InvalidInputException>(() => Directly().Open("images/set?zoom=2", _folder["set"], Cache, null)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToName_allOptions_areReadAgain()
    {
        ImageFolderOptions options =
            new() { Size = (3, 4), IsGrey = false, Fit = Images.Decoding.PictureFit.Crop, TestShare = 0.1, Seed = 7, SkipsUnreadable = true };
        Assert.Equal(("my set?&", options), ImageFolderOptions.Parse(options.ToName("my set?&")));
    }

    private static ImageFolder Directly() => new();

    private DataSource Open(ImageFolderOptions? options = null) => ImageFolder.Catalog.Open(
        options?.ToName("set") ?? $"images:{_folder["set"]}", options is null ? null : _folder["set"], cacheDirectory: Cache, note: _notes.Add);

    private string Refused() => Assert.Throws<InvalidInputException>(() => Open()).Message;

    private static IEnumerable<string> Samples(IDataset data) =>
        Enumerable.Range(0, data.Count).Select(i => $"{data.Label(i)}:{string.Join(",", data.Image(i).ToArray())}");

    private static byte[] Pixels(int label, int index) => [(byte)(label * 80), (byte)index, 9, 8, 7, (byte)(255 - index)];

    private void WriteGrey(string root, int perClass)
    {
        string[] classes = ["cat", "bee", "ant"];
        for (int i = 0; i < classes.Length * perClass; i++)
            _folder.WriteGrey($"{root}/{classes[i / perClass]}/{i % perClass}.png", 2, Pixels(2 - (i / perClass), i % perClass));
    }
}
