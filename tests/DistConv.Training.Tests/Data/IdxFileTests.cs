using CsCheck;
using DistConv.Core;
using DistConv.Training.Data.Idx;
using Xunit;

namespace DistConv.Training.Tests.Data;

public sealed class IdxFileTests
{
    [Theory]
    [InlineData("images", false)]
    [InlineData("images.gz", true)]
    [InlineData("packed-without-ending", true)]
    [InlineData("unpacked-by-a-browser.gz", false)]
    public void ReadImages_packedOrNot_goesByContent(string name, bool pack)
    {
        using var files = new IdxFiles();
        byte[] content = IdxFiles.Images(4, 5, 3);

        IdxImages images = IdxFile.ReadImages(files.Write(name, pack ? IdxFiles.Pack(content) : content));

        Assert.Equal((4, "(5, 3, 1)"), (images.Count, images.Shape.ToString()));
        Assert.Equal(content[16..], images.Pixels);
    }

    [Fact]
    public void ReadLabels_swappedWithImages_saysSo()
    {
        using var files = new IdxFiles();
        string path = files.Write("labels", IdxFiles.Images(4));
        var error = Assert.Throws<InvalidInputException>(() => IdxFile.ReadLabels(path));
        Assert.Equal($"'{path}' has the magic number 0x00000803 (it is a file of images); an IDX file of labels has 0x00000801", error.Message);
    }

    [Fact]
    public void ReadImages_anyTruncation_isRejectedInOneLine()
    {
        byte[] plain = IdxFiles.Images(4, 5, 3), packed = IdxFiles.Pack(plain);
        for (int length = 0; length < plain.Length; length++)
            AssertRejected(plain[..length]);
        for (int length = 0; length < packed.Length; length++)
            AssertRejected(packed[..length]);
    }

    [Fact]
    public void ReadImages_extraBytes_isRejected()
    {
        byte[] longer = [.. IdxFiles.Images(4), 0];
        AssertRejected(longer, "has 41 bytes, and its header (4 × 3 × 2) needs 40");
        AssertRejected(IdxFiles.Pack(longer), "goes on after the 24 values");
        AssertRejected([.. IdxFiles.Pack(IdxFiles.Images(4)), 0], "followed by something else");
    }

    [Theory]
    [InlineData(0, 28, 28, "every dimension must be at least 1")]
    [InlineData(4, 0, 28, "every dimension must be at least 1")]
    [InlineData(4, 28, 0, "every dimension must be at least 1")]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, "at most 2147483591 bytes fit")]
    [InlineData(-1, -1, -1, "4294967295 × 4294967295 × 4294967295")]
    [InlineData(65536, 65536, 65536, "at most 2147483591 bytes fit")]
    [InlineData(2, 32768, 32768, "at most 2147483591 bytes fit")]
    [InlineData(1, 40000, 40000, "truncated")]
    public void ReadImages_impossibleDimensions_isRejectedWithoutAllocating(int count, int rows, int columns, string part)
    {
        byte[] header = [.. IdxFiles.Header(0x803, count, rows, columns), .. new byte[64]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRejected(header, part);
        AssertRejected(IdxFiles.Pack(header), part);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\u0000\u0000", "ends within its magic number")]
    [InlineData("P5 28 28 255", "has the magic number 0x50352032; an IDX file of images has 0x00000803")]
    public void ReadImages_otherContent_isRejected(string content, string part) =>
        AssertRejected([.. content.Select(c => (byte)c)], part);

    [Fact]
    public void ReadImages_noSuchFileOrAFolder_isRejected()
    {
        using var files = new IdxFiles();
        string missing = Path.Combine(files.Folder, "missing");
        Assert.Contains("missing", Assert.Throws<InvalidInputException>(() => IdxFile.ReadImages(missing)).Message, StringComparison.Ordinal);
        Assert.Contains(files.Folder, Assert.Throws<InvalidInputException>(() => IdxFile.ReadImages(files.Folder)).Message, StringComparison.Ordinal);
    }

    /// <summary>Flipped bits give either images (a pixel changed) or one line; in a packed file the checksum notices a changed pixel too.</summary>
    [Fact]
    public void ReadImages_randomDamage_isReadOrRejected()
    {
        byte[] plain = IdxFiles.Images(6, 4, 4), packed = IdxFiles.Pack(plain);
        using var files = new IdxFiles();
        Gen.Select(Gen.Bool, Gen.Int[0, 1 << 20], Gen.Byte[1, 255], Gen.Int[0, 1 << 20], Gen.Byte[0, 255]).Sample(
            (pack, at, flip, at2, flip2) =>
            {
                byte[] damaged = [.. pack ? packed : plain];
                damaged[at % damaged.Length] ^= flip;
                damaged[at2 % damaged.Length] ^= flip2;
                try
                {
                    IdxImages images = IdxFile.ReadImages(files.Write("damaged", damaged));
                    Assert.Equal(images.Count * images.Shape.Size, images.Pixels.Length);
                    if (pack)
                        Assert.Equal(plain[16..], images.Pixels);
                }
                catch (InvalidInputException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                    Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
                }
            },
            iter: 2_000,
            threads: 1);
    }

    private static void AssertRejected(byte[] content, string part = "")
    {
        using var files = new IdxFiles();
        string path = files.Write("images", content);
        var error = Assert.Throws<InvalidInputException>(() => IdxFile.ReadImages(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
