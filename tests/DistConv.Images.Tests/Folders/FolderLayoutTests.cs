using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Images.Tests.Support;
using DistConv.Training.Data;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests.Folders;

/// <summary>Folders as people have them: splits of any spelling, folders inside others, and what is left out.</summary>
public sealed class FolderLayoutTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _notes = [];
    private byte _value;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Train", "Test")]
    [InlineData("training", "testing")]
    [InlineData("TRAIN", "TEST")]
    [InlineData("train_set", "test-set")]
    [InlineData("Training Data", "Held-out")]
    public void Open_trainAndTestOfAnySpelling_areTheSplits(string train, string test)
    {
        Write($"{train}/cats", 6);
        Write($"{train}/dogs", 6);
        Write($"{test}/cats", 2);
        Write($"{test}/dogs", 2);
        Assert.Equal("cats, dogs: 6, 6 | 0, 0 | 2, 2", Open());
        Assert.Empty(_notes);
    }

    [Theory]
    [InlineData("train", "val", "test")]
    [InlineData("TRAIN", "VALID", "TEST")]
    [InlineData("Training", "Validation", "Testing")]
    [InlineData("train", "dev", "holdout")]
    public void Open_validationFolder_isTheValidationSplit(string train, string validation, string test)
    {
        Write($"{train}/cats", 4);
        Write($"{train}/dogs", 4);
        Write($"{validation}/cats", 2);
        Write($"{validation}/dogs", 1);
        Write($"{test}/cats", 1);
        Write($"{test}/dogs", 2);
        for (int run = 0; run < 2; run++) Assert.Equal("cats, dogs: 4, 4 | 2, 1 | 1, 2", Open()); // The second time from the cache.
    }

    [Fact]
    public void Open_validationWithoutTest_holdsOutAShareOfTrainAndSaysSo()
    {
        Write("train/cats", 6);
        Write("train/dogs", 6);
        Write("validation/cats", 2);
        Write("validation/dogs", 2);
        Assert.Equal("cats, dogs: 5, 5 | 2, 2 | 1, 1", Open());
        Assert.Equal(
            $"'{Root}' has no pictures in a test split: 2 of 'train' are held out as the test set, a share of 0.2 of each class", Assert.Single(_notes));
    }

    [Fact]
    public void Open_trainAlone_isDivided()
    {
        Write("train/cats", 5);
        Write("train/dogs", 5);
        Assert.Equal("cats, dogs: 4, 4 | 0, 0 | 1, 1", Open());
    }

    [Fact]
    public void Open_testWithoutClasses_isNamedAndAShareOfTrainIsHeldOut()
    {
        Write("train/cats", 5);
        Write("train/dogs", 5);
        Write("test", 3);
        Assert.Equal("cats, dogs: 4, 4 | 0, 0 | 1, 1", Open());
        Assert.Contains("left out: 3 pictures in no folder of a split and class (test/0.png, test/1.png, test/2.png)", _notes);
    }

    [Fact]
    public void Open_splitsInsideClasses_areTheSplits()
    {
        foreach (string name in (string[])["cats", "dogs"])
        {
            Write($"{name}/train", 4);
            Write($"{name}/Val", 2);
            Write($"{name}/test", 1);
        }

        Assert.Equal("cats, dogs: 4, 4 | 2, 2 | 1, 1", Open());
    }

    [Theory]
    [InlineData("flowers/")]
    [InlineData("archive/flowers/")]
    [InlineData("flowers/train/")]
    public void Open_onlyFolderOfAnArchive_isGoneInto(string path)
    {
        Write($"{path}rose", 5);
        Write($"{path}tulip", 5);
        _folder.WriteBytes("set/__MACOSX/flowers/._rose.png", 1);
        Assert.Equal("rose, tulip: 4, 4 | 0, 0 | 1, 1", Open());
        Assert.Contains("left out: 1 folder that is hidden or the system's (__MACOSX)", _notes);
    }

    [Fact]
    public void Open_foldersInsideAClass_areOfThatClassAndNamed()
    {
        Write("cats/siamese", 5);
        Write("cats/persian/young", 5);
        Write("dogs", 5);
        Assert.Equal("cats, dogs: 8, 4 | 0, 0 | 2, 1", Open());
        Assert.Equal("pictures in folders inside a class's folder are of that class (cats/persian, cats/siamese)", Assert.Single(_notes));
    }

    [Fact]
    public void Open_classThatIsCalledTrain_isAClass()
    {
        Write("car", 5);
        Write("train", 5);
        Assert.Equal("car, train: 4, 4 | 0, 0 | 1, 1", Open());
    }

    [Fact]
    public void Open_classesThatDifferInCapitals_areTheSame()
    {
        Write("train/Cats", 4);
        Write("train/caf\u00e9", 4);
        Write("test/cats", 1);
        Write("test/CAF\u00c9", 1);
        Assert.Equal("Cats, caf\u00e9: 4, 4 | 0, 0 | 1, 1", Open());
    }

    [Fact]
    public void Open_whatIsNoSample_isCountedAndNamed()
    {
        Write("cats", 5);
        Write("dogs", 5);
        Write("", 2);
        _folder.WriteBytes("set/cats/1.tif", 1);
        _folder.WriteBytes("set/dogs/2.TIFF", 1);
        _folder.WriteBytes("set/dogs/IMG.HEIC", 1);
        _folder.WriteBytes("set/dogs/._3.png", 1);
        _folder.WriteBytes("set/readme.txt", 1);
        _folder.WriteBytes("set/cats/Thumbs.db", 1);
        _folder.WriteBytes("set/.DS_Store", 1);
        Assert.Equal("cats, dogs: 4, 4 | 0, 0 | 1, 1", Open());
        Assert.Equal(
            [
                "left out: 1 file of other kinds than pictures (readme.txt)",
                "left out: 1 picture with a hidden name (dogs/._3.png)",
                $"left out: 2 pictures in '{Root}' itself, in no class (0.png, 1.png)",
                "left out: 3 pictures of kinds that are not read (cats/1.tif, dogs/2.TIFF, dogs/IMG.HEIC): convert to PNG or JPEG (PNG, JPEG, WebP, BMP and "
                    + "GIF are read)",
            ],
            _notes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Open_endingsOfJpeg_areRead()
    {
        foreach (string name in (string[])["cats", "dogs"])
        {
            for (int i = 0; i < 6; i++)
            {
                string ending = ((string[])[".jfif", ".JPE", ".jpeg", ".PNG", ".jpg", ".pjpeg"])[i];
                _folder.WriteGrey($"set/{name}/{i}{ending}", 2, i == 3 ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, [_value++, 0, 0, 0]);
            }
        }

        Assert.Equal("cats, dogs: 5, 5 | 0, 0 | 1, 1", Open());
        Assert.Empty(_notes);
    }

    [Fact]
    public void Open_classOfOnePicture_isTrainedOnAndNamed()
    {
        Write("cats", 5);
        Write("rare", 1);
        Assert.Equal("cats, rare: 4, 1 | 0, 0 | 1, 0", Open());
        Assert.Equal("no picture is held out of 1 class with too few for a share of 0.2 (rare)", Assert.Single(_notes));
    }

    [Fact]
    public void Open_linkThatLeadsBack_isLeftOut()
    {
        Write("cats", 5);
        Write("dogs", 5);
        Directory.CreateSymbolicLink(_folder["set/dogs/again"], Root);
        Directory.CreateSymbolicLink(_folder["set/birds"], _folder["elsewhere"]);
        Directory.CreateDirectory(_folder["elsewhere"]);
        for (int i = 0; i < 5; i++) _folder.WriteGrey($"elsewhere/{i}.png", 2, _value++, 0, 0, 0);
        Assert.Equal("birds, cats, dogs: 4, 4, 4 | 0, 0, 0 | 1, 1, 1", Open());
        Assert.Equal("left out: 1 link that leads back to a folder above it (dogs/again)", Assert.Single(_notes));
    }

    [Fact]
    public void Open_labelFilesOfThreeSplits_areRead()
    {
        foreach ((string split, int count) in (IEnumerable<(string, int)>)[("Train", 4), ("val", 2), ("TEST", 3)])
        {
            Write(split, count);
            File.WriteAllLines(
                _folder[$"set/{split}/{(split == "val" ? "Labels.CSV" : "labels.csv")}"],
                ["file,kind", .. Enumerable.Range(0, count).Select(i => $"{i}.png,{(i % 2 == 0 ? "a" : "b")}")]);
        }

        Assert.Equal("a, b: 2, 2 | 1, 1 | 2, 1", Open());
    }

    [Theory]
    [InlineData("both name the validation split", "train/a", "val/a", "valid/a")]
    [InlineData("and no folder 'train'", "test/a", "val/a")]
    [InlineData("is a class that", "train/a", "train/b", "test/c")]
    [InlineData("holds no pictures (PNG, JPEG, WebP, BMP and GIF) in folders of classes; give a folder for each class in 'train'", "train", "test")]
    public void Open_whatIsNoLayout_isOneLine(string expected, params string[] folders)
    {
        foreach (string folder in folders) Write(folder, 2);
        string message = Assert.Throws<InvalidInputException>(() => Open()).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Open_classesWithoutPictures_areAllNamedWithTheReason()
    {
        Write("cats", 5);
        Directory.CreateDirectory(_folder["set/birds"]);
        _folder.WriteBytes("set/dogs/1.tif", 1);
        string message = Assert.Throws<InvalidInputException>(() => Open()).Message;
        Assert.Contains($"classes 'birds', 'dogs' in '{Root}' have no picture to train on", message, StringComparison.Ordinal);
        Assert.Contains("left out: 1 picture of kinds that are not read (dogs/1.tif)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_archiveInsteadOfAFolder_saysToUnpackIt()
    {
        _folder.WriteBytes("set", 80, 75, 3, 4);
        Assert.Contains("is a file, and not a folder of pictures; unpack it", Assert.Throws<InvalidInputException>(() => Open()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_photographsOfDifferentSizes_suggestsASizeToTrainOn()
    {
        Write("cats", 5);
        _folder.WriteGrey("set/dogs/1.png", 100, new byte[100 * 80]);
        _folder.WriteGrey("set/dogs/2.png", 90, new byte[90 * 120]);
        for (int i = 3; i < 9; i++) _folder.WriteGrey($"set/dogs/{i}.png", 200, new byte[200 * 100]);
        string message = Assert.Throws<InvalidInputException>(() => Open()).Message;
        Assert.EndsWith("have 4 different sizes, from 2 × 2 to 100 × 200 (rows × columns): set the image size; 64x64 is a good one to begin with", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_differentSizesAndUnreadablePictures_areNamedTogether()
    {
        Write("cats", 5);
        _folder.WriteGrey("set/dogs/1.png", 4, new byte[16]);
        _folder.WriteBytes("set/dogs/2.jpg", [.. "II*\0 what scanners write"u8]);
        string message = Assert.Throws<InvalidInputException>(() => Open()).Message;
        Assert.Contains("have 2 different sizes, from 2 × 2 to 4 × 4", message, StringComparison.Ordinal);
        Assert.Contains("; 1 of 7 pictures cannot be read: ", message, StringComparison.Ordinal);
        Assert.Contains("2.jpg': it is a TIFF file; PNG, JPEG, WebP, BMP and GIF can be read", message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenForEvaluation_folderOfClasses_isAllOfIt()
    {
        Write("cats", 3);
        DataSource data = OpenForEvaluation();
        Assert.Equal((3, "cats"), (data.Test.Count, Assert.Single(data.ClassNames!)));
    }

    [Fact]
    public void OpenForEvaluation_splits_isTheTestSplit()
    {
        Write("test/cats", 3);
        Write("test/dogs", 1);
        Assert.Equal([3, 1], OpenForEvaluation().Test.ClassCounts());
        Write("train/cats", 5);
        Write("train/dogs", 5);
        Assert.Equal([3, 1], OpenForEvaluation().Test.ClassCounts());
    }

    private string Root => _folder["set"];

    /// <summary>The classes, and how many pictures of each are in training, validation and test split.</summary>
    private string Open()
    {
        _notes.Clear();
        DataSource data = ImageFolder.Catalog.Open($"images:{Root}", null, cacheDirectory: _folder["cache"], note: _notes.Add);
        int training = data.Train.Count - data.ValidationCount;
        int[][] counts =
            [data.Train.ClassCounts(0, training), data.Train.ClassCounts(training, data.ValidationCount), data.Test.ClassCounts()];
        return $"{string.Join(", ", data.ClassNames!)}: {string.Join(" | ", counts.Select(split => string.Join(", ", split)))}";
    }

    private DataSource OpenForEvaluation() => ImageFolder.OpenForEvaluation(Root, new ImageFolderOptions { Size = (2, 2), IsGrey = true }, _notes.Add);

    private void Write(string folder, int count)
    {
        for (int i = 0; i < count; i++) _folder.WriteGrey($"set/{folder}/{i}.png", 2, _value++, 0, 0, 0);
    }
}
