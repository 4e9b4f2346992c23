using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Images.Drawing;
using DistConv.Images.Tests.Support;
using DistConv.Training.Data;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests;

public sealed class ContactSheetTests
{
    private const byte Gap = 96;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Write_smallSet_hasARowForEachClass(int channels)
    {
        using var files = new TestFolder();
        var dataset = new Flat(new TensorShape(3, 4, channels), [1, 0, 1, 1, 1]);
        string path = Path.Combine(files.Root, "new", "sheet.png");

        int shown = ContactSheet.Write(path, dataset, columns: 3, zoom: 1);

        Assert.Equal(4, shown);
        var (width, height, pixels) = Decode(path, channels);
        Assert.Equal((2 + (3 * 6), 2 + (2 * 5)), (width, height));
        int At(int x, int y, int c) => pixels[(((y * width) + x) * channels) + c];
        for (int c = 0; c < channels; c++)
        {
            Assert.Equal(Gap, At(0, 0, c));
            Assert.Equal(Gap, At(width - 1, height - 1, c));
            Assert.Equal(Flat.Value(1, 2, 3, c), At(2 + 3, 2 + 2, c)); // class 0: sample 1, its last pixel
            Assert.Equal(0, At(2 + 6, 2, c)); // class 0 has no second sample
            Assert.Equal(Flat.Value(0, 0, 0, c), At(2, 2 + 5, c)); // class 1: samples 0, 2, 3
            Assert.Equal(Flat.Value(3, 1, 2, c), At(2 + 12 + 2, 2 + 5 + 1, c));
        }

        Assert.Equal(["sheet.png"], Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName));
    }

    [Fact]
    public void Write_zoomAndRows_multiplyTheSize()
    {
        using var files = new TestFolder();
        string path = Path.Combine(files.Root, "sheet.png");
        File.WriteAllText(path, "an older file is replaced");

        ContactSheet.Write(path, new Flat(new TensorShape(3, 4, 1), [1, 0, 1, 1, 1]), columns: 2, rowsPerClass: 2, zoom: 3);

        var (width, height, pixels) = Decode(path, 1);
        Assert.Equal((2 + (2 * 14), 2 + (4 * 11)), (width, height));
        Assert.Equal(Flat.Value(3, 0, 0, 0), pixels[((2 + 33) * width) + 2 + 2]); // class 1, second row: samples 3, 4
        Assert.Equal(Flat.Value(3, 0, 1, 0), pixels[((2 + 33) * width) + 2 + 3]);
    }

    [Fact]
    public void Write_folderThatIsAFile_isOneLine()
    {
        using var files = new TestFolder();
        string blocker = files.WriteBytes("file", 1);
        var error = Assert.Throws<InvalidInputException>(
            () => ContactSheet.Write(Path.Combine(blocker, "sheet.png"), new Flat(new TensorShape(3, 4, 1), [0]), columns: 1));
        Assert.Contains("cannot write the picture", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Write_pathThatIsAFolder_leavesNoTemporaryFile()
    {
        using var files = new TestFolder();
        string folder = Directory.CreateDirectory(Path.Combine(files.Root, "sheet.png")).FullName;
        Assert.Throws<InvalidInputException>(() => ContactSheet.Write(folder, new Flat(new TensorShape(3, 4, 1), [0])));
        Assert.Empty(Directory.GetFiles(files.Root));
    }

    [Fact]
    public void Write_twoChannelsOrTooLarge_isRejected()
    {
        Assert.Throws<InvalidInputException>(() => ContactSheet.Write("never.png", new Flat(new TensorShape(3, 4, 2), [0])));
        Assert.Throws<InvalidInputException>(() => ContactSheet.Write("never.png", new Flat(new TensorShape(3, 4, 1), [0]), columns: int.MaxValue));
        Assert.False(File.Exists("never.png"));
    }

    private static (int Width, int Height, byte[] Pixels) Decode(string path, int channels)
    {
        using SKBitmap sheet = SKBitmap.Decode(path);
        return (sheet.Width, sheet.Height, [.. sheet.Pixels.SelectMany(pixel => channels == 1 ? (byte[])[pixel.Red] : [pixel.Red, pixel.Green, pixel.Blue])]);
    }

    /// <summary>A data set whose bytes say where they are from.</summary>
    private sealed class Flat(TensorShape shape, int[] labels) : IDataset
    {
        public int Count => labels.Length;

        public TensorShape Shape => shape;

        public int ClassCount => labels.Max() + 1;

        public static byte Value(int sample, int y, int x, int c) => (byte)(1 + (sample * 40) + (y * 12) + (x * 3) + c);

        public ReadOnlySpan<byte> Image(int index)
        {
            var bytes = new byte[shape.Size];
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = Value(index, i / shape.Channels / shape.Width, i / shape.Channels % shape.Width, i % shape.Channels);
            return bytes;
        }

        public int Label(int index) => labels[index];
    }
}
