using System.Text;
using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Images.Tests.Support;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Images.Tests.Folders;

/// <summary>Pictures with a labels.csv: classes, several labels, numbers, and all that may be wrong with the file.</summary>
public sealed class LabelFileTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_aColumnOfNames_isOfClasses()
    {
        Pictures(10);
        Write("file,animal\n" + Lines(10, i => i % 2 == 0 ? "dog" : "cat"));
        DataSource data = Open();
        Assert.Equal((LabelKind.Class, 2, 0), (data.Train.Labels, data.Train.ClassCount, data.Train.TargetCount));
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal([4, 4, 1, 1], [.. data.Train.ClassCounts(), .. data.Test.ClassCounts()]);
        Each(data, (split, at, picture) => Assert.Equal(picture % 2 == 0 ? 1 : 0, split.Label(at)));
        Assert.Empty(_notes);
    }

    [Fact]
    public void Open_columnsOfZeroAndOne_areSeveralLabels()
    {
        Pictures(10);
        Write("file,left,right\n" + Lines(10, i => $"{i % 2},{i / 5}"));
        DataSource data = Open();
        Assert.Equal((LabelKind.Several, 2, 2), (data.Train.Labels, data.Train.ClassCount, data.Train.TargetCount));
        Assert.Equal(["left", "right"], data.ClassNames);
        Assert.Equal((8, 2), (data.Train.Count, data.Test.Count));
        Each(data, (split, at, picture) => Assert.Equal([picture % 2, picture / 5], split.Targets(at).ToArray()));
    }

    [Theory]
    [InlineData("file,age\n", ",", "{0}.5")]
    [InlineData("\uFEFFfile;age\r\n", ";", "{0},5")]
    [InlineData("\"file\"\t\"age\"\n", "\t", "\"{0},5\"")]
    public void Open_aColumnWithDecimals_isOfNumbers(string header, string separator, string cell)
    {
        Pictures(10);
        string end = header.Contains('\r') ? "\r\n" : "\n";
        Write(header + Lines(10, i => string.Format(System.Globalization.CultureInfo.InvariantCulture, cell, i - 3), separator, end));
        DataSource data = Open();
        Assert.Equal((LabelKind.Numbers, 0, 1), (data.Train.Labels, data.Train.ClassCount, data.Train.TargetCount));
        Each(data, (split, at, picture) => Assert.Equal([picture < 3 ? picture - 3.5f : picture - 2.5f], split.Targets(at).ToArray()));
    }

    [Fact]
    public void Open_wholeNumbers_areClassesInTheirOrderAndSaid()
    {
        Pictures(12);
        Write("file,digit\n" + Lines(12, i => $"{(i % 3) * 5}"));
        Assert.Equal(["0", "5", "10"], Open().ClassNames);
        Assert.StartsWith("the whole numbers in column 'digit' of labels.csv are 3 classes; write them with", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_foldersTrainAndTest_haveAFileEach()
    {
        for (int i = 0; i < 6; i++) _folder.WriteGrey($"set/{(i < 4 ? "train" : "test")}/{i}.png", 2, Pixels(i));
        Write("file,a,b\n0.png,0,1\n1.png,1,0\n2.png,0,0\n3.png,1,1\n", "train/");
        Write("file,a,b\n4.png,0.5,1\n5.png,1,0\n", "test/");
        DataSource data = Open();
        Assert.Equal((LabelKind.Numbers, 4, 2), (data.Train.Labels, data.Train.Count, data.Test.Count));
        File.Delete(_folder["set/test/labels.csv"]);
        Assert.Contains("has no labels.csv, and another split of", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_fromTheCache_hasTheSameTargets()
    {
        Pictures(10);
        Write("file,x,y\n" + Lines(10, i => $"{i * 0.25f},{-i}"));
        DataSource first = Open();
        File.Delete(_folder["set/0.png"]);
        _folder.WriteGrey("set/0.png", 2, Pixels(0));
        DataSource again = Open();
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.Equal(first.Name, again.Name);
        Each(Open(), (split, at, picture) => Assert.Equal([picture * 0.25f, -picture], split.Targets(at).ToArray()));
        Write("file,x,y\n" + Lines(10, i => $"{i * 0.5f},{-i}"));
        DataSource other = Open();
        Assert.NotEqual(first.Fingerprint, other.Fingerprint);
        Each(other, (split, at, picture) => Assert.Equal([picture * 0.5f, -picture], split.Targets(at).ToArray()));
    }

    [Fact]
    public void Open_picturesWithoutALine_areLeftOutAndNamed()
    {
        Pictures(12);
        Write("file,animal\n" + Lines(10, i => i % 2 == 0 ? "dog" : "cat"));
        Assert.Equal(10, Open() is var data ? data.Train.Count + data.Test.Count : 0);
        Assert.Equal($"left out: 2 pictures without a line in '{_folder["set/labels.csv"]}' (10.png, 11.png)", Assert.Single(_notes));
    }

    [Fact]
    public void Open_severalMistakes_areAllNamedByTheirLines()
    {
        Pictures(6);
        Write("file,a,b\n0.png,1,0\n1.png,1\n0.png,0,0\nmissing.png,1,1\n../x.png,0,0\n2.png,yes,0\n,1,1\n3.png,1,\"0\"x\n4.png,1,\"0\n");
        Assert.Equal(
            $"'{_folder["set/labels.csv"]}': line 9: x follows a closing quote; double the quotes inside a cell; line 10: a quote is not closed; "
                + "line 3: has 2 cells, and the header has 3; line 4: '0.png' is on line 2 already; line 5: there is no picture 'missing.png'; "
                + "line 6: '../x.png' is outside the folder of the file; line 8: names no picture; "
                + "line 7: 'yes' in column 'a' is no number; several columns are all numbers",
            Refused());
    }

    [Theory]
    [InlineData("", "it is empty; give a header, and a line for each picture")]
    [InlineData("file\n0.png\n", "line 1: the header has one column; give the picture's file first")]
    [InlineData("file,a,a\n0.png,1,0\n", "line 1: there are two columns 'a'")]
    [InlineData("file,a,\n0.png,1,0\n", "line 1: column 3 has no name")]
    [InlineData("file,a\n", "it has a header and no line for a picture")]
    [InlineData("file,a\n0.png,cat\n1.png,cat\n", "it has 1 classes; 2 to 256 are possible")]
    [InlineData("file,a\n0.png,cat\n1.png,\n", "line 3: '1.png' has no class")]
    [InlineData("file,a\n0.png,ca\"t\n1.png,x\n", "line 2: a quote stands inside ca\"t")]
    public void Open_badFile_saysWhatWouldBeRight(string text, string expected)
    {
        Pictures(2);
        Write(text);
        Assert.Contains(expected, Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_quotesAndPaths_areRead()
    {
        Pictures(4);
        _folder.WriteGrey("set/sub/a, \"b\".png", 2, Pixels(4));
        Write("file,animal\n\"0.png\", \"big, \"\"wild\"\" cat\"\n./1.png,dog\n2.png,dog\n3.png,\"big, \"\"wild\"\" cat\"\n\"sub\\a, \"\"b\"\".png\",dog\n\n");
        Assert.Equal(["big, \"wild\" cat", "dog"], Open(new ImageFolderOptions { TestShare = 0.3 }).ClassNames);
    }

    [Fact]
    public void Open_notUtf8_isRefused()
    {
        Pictures(2);
        File.WriteAllBytes(_folder["set/labels.csv"], Encoding.Latin1.GetBytes("file,name\n0.png,Bär\n"));
        Assert.EndsWith("is no text in UTF-8; save it as CSV in UTF-8", Refused(), StringComparison.Ordinal);
    }

    private static byte[] Pixels(int picture) => [(byte)picture, 1, 2, 3, 4, 5];

    private static string Lines(int count, Func<int, string> label, string separator = ",", string end = "\n") =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{i}.png{separator}{label(i)}{end}"));

    private static void Each(DataSource data, Action<IDataset, int, int> check)
    {
        foreach (IDataset split in (IDataset[])[data.Train, data.Test])
        {
            for (int i = 0; i < split.Count; i++) check(split, i, split.Image(i)[0]);
        }
    }

    private void Pictures(int count)
    {
        for (int i = 0; i < count; i++) _folder.WriteGrey($"set/{i}.png", 2, Pixels(i));
    }

    private void Write(string text, string part = "") => File.WriteAllText(_folder[$"set/{part}labels.csv"], text);

    private DataSource Open(ImageFolderOptions? options = null) => new ImageFolder().Open(
        (options ?? new ImageFolderOptions()).ToName("set"), _folder["set"], _folder["cache"], _notes.Add);

    private string Refused() => Assert.Throws<InvalidInputException>(() => Open()).Message;
}
