using System.Buffers.Binary;
using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Data.Idx;
using Xunit;

namespace DistConv.Training.Tests.Data;

/// <summary>IDX files as people have them: other names, types and channels, transposed pictures, and labels with gaps.</summary>
public sealed class IdxLayoutTests : IDisposable
{
    private readonly IdxFiles _files = new();
    private readonly List<string> _notes = [];

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("test-images-idx3-ubyte", "test-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte")]
    [InlineData("qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int", "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int")]
    [InlineData("my set-testing-images.idx3-ubyte", "my set-testing-labels.idx1-ubyte", "my set-training-images.idx", "my set-training-labels.bin")]
    [InlineData("T10K-Images-idx4-ubyte", "T10K-Labels-idx1-ubyte", "Train_Images", "Train_Labels")]
    public void Open_otherNames_areFound(string testImages, string testLabels, string trainImages, string trainLabels)
    {
        _files.Write(trainImages, IdxFiles.Images(3));
        _files.Write(trainLabels, IdxFiles.Labels(0, 1, 2));
        _files.Write(testImages + ".gz", IdxFiles.Pack(IdxFiles.Images(2)));
        _files.Write(testLabels + ".gz", IdxFiles.Pack(IdxFiles.Labels(2, 1)));
        DataSource data = Open();
        Assert.Equal((3, 2, 3), (data.Train.Count, data.Test.Count, data.Train.ClassCount));
        Assert.Empty(_notes);
    }

    [Fact]
    public void Open_emnistLetters_saysThatLabelsCountFrom1AndPicturesAreTransposed()
    {
        WriteSet("emnist-letters-", IdxFiles.Labels(1, 2, 3), IdxFiles.Labels(3, 1));
        DataSource data = Open();
        Assert.Equal(3, data.Train.ClassCount);
        Assert.Equal([0, 1, 2, 2, 0], [.. Labels(data.Train), .. Labels(data.Test)]);
        Assert.Equal(["1", "2", "3"], data.ClassNames);
        Assert.Equal(
            [
                "EMNIST's pictures are stored transposed; they stand upright after a transposition",
                "the labels count from 1, and label 0 has no samples: they become the 3 classes that are named 1 … 3",
            ],
            _notes);
    }

    [Fact]
    public void Open_severalSets_needsTheNameOfOne()
    {
        WriteSet("emnist-letters-", IdxFiles.Labels(1, 2, 3), IdxFiles.Labels(3, 1));
        WriteSet("emnist-digits-", IdxFiles.Labels(0, 1, 2), IdxFiles.Labels(2, 1));
        string message = Assert.Throws<InvalidInputException>(Open).Message;
        Assert.Contains("holds 2 data sets, emnist-digits, emnist-letters; name one, as idx:", message, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3"], DataCatalog.BuiltIn.Open("idx", Path.Combine(_files.Folder, "emnist-letters")).ClassNames);
        File.Delete(Path.Combine(_files.Folder, "emnist-letters-test-images-idx3-ubyte"));
        Assert.Null(Open().ClassNames);
        message = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("idx", Path.Combine(_files.Folder, "emnist-letters"))).Message;
        Assert.Contains("lacks emnist-letters-t10k-images-idx3-ubyte", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_transposed_isTheDataOfUprightPictures()
    {
        _files.WriteAll(trainImages: IdxFiles.Images(3, 3, 2), testImages: IdxFiles.Images(2, 3, 2));
        DataSource upright = Open();
        _files.WriteAll(trainImages: Transposed(IdxFiles.Images(3, 3, 2), 3, 2), testImages: Transposed(IdxFiles.Images(2, 3, 2), 3, 2));
        Assert.NotEqual(upright.Fingerprint, Open().Fingerprint);
        IdxOptions options = new(IsTransposed: true);
        DataSource turned = DataCatalog.BuiltIn.Open(options.ToName(), _files.Folder);
        Assert.Equal((upright.Fingerprint, "idx/?transpose=yes"), (turned.Fingerprint, turned.Name));
        Assert.True(DataCatalog.BuiltIn.IsKnown(turned.Name));
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 2, 4 }, new byte[] { 4 }, "no training sample has the label 3: these classes cannot be learned; number the labels", 5)]
    [InlineData(new byte[] { 0, 200 }, new byte[] { 0 }, "no training sample has the label 1 … 199: these classes", 201)]
    [InlineData(new byte[] { 0, 2, 5 }, new byte[] { 3 }, "no training sample has the label 1, 3 … 4: these classes", 6)]
    [InlineData(new byte[] { 2, 3 }, new byte[] { 2 }, "no training sample has the label 0 … 1: these classes", 4)]
    public void Open_labelsWithGaps_areNamed(byte[] train, byte[] test, string expected, int classes)
    {
        _files.WriteAll(
            trainImages: IdxFiles.Images(train.Length), trainLabels: IdxFiles.Labels(train), testImages: IdxFiles.Images(test.Length),
            testLabels: IdxFiles.Labels(test));
        Assert.Equal(classes, Open().Train.ClassCount);
        Assert.StartsWith(expected, Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x09, new double[] { -64, -64, -1, 0, 30, 63 }, new byte[] { 0, 0, 126, 129, 189, 255 }, "int8: -64 … 63")]
    [InlineData(0x0B, new double[] { 0, 100, 12750, 25500, 0, 0 }, new byte[] { 0, 1, 128, 255, 0, 0 }, "int16: 0 … 25500")]
    [InlineData(0x0C, new double[] { 0, 1, 128, 200, 0, 0 }, new byte[] { 0, 1, 128, 200, 0, 0 }, "int32: 0 … 255")]
    [InlineData(0x0D, new double[] { 0, 0.5, 0.25, 0.125, 0, 0.75 }, new byte[] { 0, 128, 64, 32, 0, 191 }, "float32: 0 … 1")]
    [InlineData(0x0E, new double[] { -1, 0, 1, 0, 0, 0 }, new byte[] { 0, 128, 255, 128, 128, 128 }, "float64: -1 … 1")]
    public void Open_imagesOfOtherTypes_areScaledByTheTrainingImagesAndNamed(int type, double[] values, byte[] pixels, string expected)
    {
        // The test image's values are the training image's; its first one lies below the scale.
        double[] test = [double.Min(values[0], -100), .. values[1..]];
        _files.WriteAll(
            trainImages: Values(type, values), trainLabels: IdxFiles.Labels(1), testImages: Values(type, test), testLabels: IdxFiles.Labels(0));
        DataSource data = Open();
        Assert.Equal(pixels, data.Train.Image(0).ToArray());
        Assert.Equal([0, .. pixels[1..]], data.Test.Image(0).ToArray());
        Assert.Contains(_notes, note => note.Contains($"have values of the type {expected} of the training images become 0 … 255", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_imagesThatAreNotFinite_areRefused()
    {
        _files.WriteAll(trainImages: Values(0x0D, [0, 1, double.NaN, 0, 0, 0]), trainLabels: IdxFiles.Labels(1));
        Assert.Contains("has NaN as value 2; pixels must be finite numbers", Assert.Throws<InvalidInputException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_colour_isReadWithChannelsLastOrFirst()
    {
        byte[] last = [.. IdxFiles.Header(0x804, 1, 2, 2, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        byte[] first = [.. IdxFiles.Header(0x804, 1, 3, 2, 2), 1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12];
        _files.WriteAll(trainImages: last, trainLabels: IdxFiles.Labels(1), testImages: first, testLabels: IdxFiles.Labels(0));
        DataSource data = Open();
        Assert.Equal("(2, 2, 3)", data.Train.Shape.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], data.Train.Image(0).ToArray());
        Assert.Equal(data.Train.Image(0).ToArray(), data.Test.Image(0).ToArray());
        Assert.Contains("have their channels first, 3 × 2 × 2: they become (2, 2, 3)", Assert.Single(_notes, note => note.Contains("channels")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x804, new[] { 1, 2, 2, 4 }, "has images of 2 × 2 × 4; the third number, or the first, is that of the channels: 1 for grey, 3 for colour")]
    [InlineData(0x802, new[] { 2, 8 }, "has the magic number 0x00000802 (uint8 in 2 dimensions); an IDX file of images has 0x00000803")]
    public void Open_otherDimensions_areRefused(int magic, int[] sizes, string expected)
    {
        _files.WriteAll(trainImages: [.. IdxFiles.Header(magic, sizes), .. new byte[16]], trainLabels: IdxFiles.Labels(1));
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(Open).Message, StringComparison.Ordinal);
    }

    private DataSource Open()
    {
        _notes.Clear();
        return DataCatalog.BuiltIn.Open("idx", _files.Folder, note: _notes.Add);
    }

    private void WriteSet(string prefix, byte[] trainLabels, byte[] testLabels)
    {
        _files.Write($"{prefix}train-images-idx3-ubyte", IdxFiles.Images(3));
        _files.Write($"{prefix}train-labels-idx1-ubyte", trainLabels);
        _files.Write($"{prefix}test-images-idx3-ubyte", IdxFiles.Images(2));
        _files.Write($"{prefix}test-labels-idx1-ubyte", testLabels);
    }

    private static int[] Labels(IDataset data) => [.. Enumerable.Range(0, data.Count).Select(data.Label)];

    /// <summary>The file of the same pictures with rows and columns exchanged.</summary>
    private static byte[] Transposed(byte[] file, int rows, int columns)
    {
        byte[] turned = [.. IdxFiles.Header(0x803, (file.Length - 16) / (rows * columns), columns, rows), .. file[16..]];
        for (int at = 0; at < file.Length - 16; at++)
        {
            int image = at / (rows * columns), row = at % (rows * columns) / columns, column = at % columns;
            turned[16 + (image * rows * columns) + (column * rows) + row] = file[16 + at];
        }

        return turned;
    }

    /// <summary>One image of 2 × 3 values.</summary>
    private static byte[] Values(int type, double[] values)
    {
        byte[] word = new byte[8];
        IEnumerable<byte> Write(double value)
        {
            int size = type switch { 0x09 => 1, 0x0B => 2, 0x0C or 0x0D => 4, _ => 8 };
            if (type == 0x09) word[0] = (byte)(sbyte)value;
            else if (type == 0x0B) BinaryPrimitives.WriteInt16BigEndian(word, (short)value);
            else if (type == 0x0C) BinaryPrimitives.WriteInt32BigEndian(word, (int)value);
            else if (type == 0x0D) BinaryPrimitives.WriteSingleBigEndian(word, (float)value);
            else BinaryPrimitives.WriteDoubleBigEndian(word, value);
            return word[..size];
        }

        return [.. IdxFiles.Header((type << 8) | 3, 1, 2, 3), .. values.SelectMany(Write)];
    }
}
