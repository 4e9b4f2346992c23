using System.Buffers.Binary;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Images.Decoding;
using DistConv.Images.Tests.Support;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests.Decoding;

public sealed class PictureReaderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_pictureOfTheModelsSizeAndColours_keepsItsBytes()
    {
        byte[] grey = [.. Enumerable.Range(0, 28 * 28).Select(i => (byte)(i * 37))];
        Assert.Equal(grey, Read(_folder.WriteGrey("grey.png", 28, grey), 28, 28, 1));

        SKColor[] colours = [.. Enumerable.Range(0, 15).Select(i => new SKColor((byte)(i * 17), (byte)(255 - i), (byte)(i * 5)))];
        byte[] expected = [.. colours.SelectMany(colour => (byte[])[colour.Red, colour.Green, colour.Blue])];
        Assert.Equal(expected, Read(_folder.Write("rgb.png", 5, colours), 3, 5, 3));
        Assert.Equal(expected, Read(_folder.Write("rgb.webp", 5, colours, SKEncodedImageFormat.Webp), 3, 5, 3));
        Assert.Equal([.. grey.SelectMany(value => (byte[])[value, value, value])], Read(_folder["grey.png"], 28, 28, 3));
    }

    [Fact]
    public void Read_rgbForAGreyModel_isLumaOfBt601()
    {
        // (19595 R + 38470 G + 7471 B + 32768) / 65536, as Pillow's convert("L") gives them.
        string path = _folder.Write("primaries.png", 5, [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(1, 2, 3), new(200, 100, 50)]);
        Assert.Equal([76, 150, 29, 2, 124], Read(path, 1, 5, 1));
    }

    [Fact]
    public void Read_transparentPixels_showTheBackground()
    {
        string path = _folder.Write("alpha.png", 3, [new(10, 20, 30, 0), new(100, 0, 200, 128), new(1, 2, 3, 255)]);
        Assert.Equal([255, 255, 255, 177, 127, 227, 1, 2, 3], Read(path, 1, 3, 3));
        Assert.Equal([0, 0, 0, 50, 0, 100, 1, 2, 3], Read(path, 1, 3, 3, new PictureOptions { Background = default }));
    }

    [Theory]
    [InlineData("grey16.png", 3, 2, 1, new byte[] { 0, 0, 1, 18, 128, 255 })]
    [InlineData("rgb16.png", 3, 2, 3, new byte[] { 18, 18, 255, 0, 0, 0, 1, 1, 1, 255, 128, 127, 3, 7, 11, 234, 195, 156 })]
    [InlineData("palette.png", 3, 1, 3, new byte[] { 10, 20, 30, 200, 200, 200, 5, 0, 250 })]
    [InlineData("grey-alpha.png", 2, 2, 1, new byte[] { 0, 177, 255, 255 })]
    public void Read_kindsThatSkiaDoesNotWrite_areRight(string name, int width, int height, int channels, byte[] expected) =>
        Assert.Equal(expected, Read(Fixture(name), height, width, channels));

    [Fact]
    public void Read_interlacedPng_isTheRampThatItWasMadeOf() =>
        Assert.Equal([.. Enumerable.Range(50, 144).Select(i => (byte)i)], Read(Fixture("interlaced.png"), 12, 12, 1));

    [Fact]
    public void Read_jpegOfCmykAndOfGrey_hasItsColours()
    {
        byte[] red = Read(Fixture("cmyk-red.jpg"), 8, 8, 3);
        for (int i = 0; i < red.Length; i++) Assert.InRange(red[i], i % 3 == 0 ? 250 : 0, i % 3 == 0 ? 255 : 5);

        using SKBitmap grey = new(new SKImageInfo(8, 8, SKColorType.Gray8, SKAlphaType.Opaque));
        grey.Erase(new SKColor(130, 130, 130));
        using SKData jpeg = grey.Encode(SKEncodedImageFormat.Jpeg, 100);
        string path = _folder.WriteBytes("grey.jpg", jpeg.ToArray());
        Assert.All(Read(path, 8, 8, 1), value => Assert.InRange(value, 129, 131));
        using PictureFile file = PictureFile.Open(path);
        Assert.True(file.IsGrey);
    }

    [Theory]
    [InlineData(1, new byte[] { 10, 60, 120, 180, 210, 250 })]
    [InlineData(2, new byte[] { 60, 10, 180, 120, 250, 210 })]
    [InlineData(3, new byte[] { 250, 210, 180, 120, 60, 10 })]
    [InlineData(4, new byte[] { 210, 250, 120, 180, 10, 60 })]
    [InlineData(5, new byte[] { 10, 120, 210, 60, 180, 250 })]
    [InlineData(6, new byte[] { 210, 120, 10, 250, 180, 60 })]
    [InlineData(7, new byte[] { 250, 180, 60, 210, 120, 10 })]
    [InlineData(8, new byte[] { 60, 180, 250, 10, 120, 210 })]
    public void Read_exifOrientation_isTurnedUpright(byte orientation, byte[] expected)
    {
        // Two columns and three rows of 8 × 8 blocks, which JPEG keeps apart; one value of each is read again.
        byte[] blocks = [10, 60, 120, 180, 210, 250];
        using SKBitmap stored = new(new SKImageInfo(16, 24, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < 24; y++)
        {
            for (int x = 0; x < 16; x++) stored.GetPixelSpan()[(y * stored.RowBytes) + x] = blocks[(y / 8 * 2) + (x / 8)];
        }

        using SKData jpeg = stored.Encode(SKEncodedImageFormat.Jpeg, 100);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        string path = _folder.WriteBytes("turned.jpg", [.. jpeg.AsSpan()[..2], .. exif, .. jpeg.AsSpan()[2..]]);
        (int height, int width) = orientation < 5 ? (24, 16) : (16, 24);
        byte[] upright = Read(path, height, width, 1);
        byte[] corners = [.. Enumerable.Range(0, 6).Select(block => upright[(((block / (width / 8) * 8) + 4) * width) + (block % (width / 8) * 8) + 4])];
        Assert.All(expected.Zip(corners), pair => Assert.InRange(pair.Second, pair.First - 2, pair.First + 2));
    }

    [Fact]
    public void Read_onePixel_fillsTheModelsInput() => Assert.All(Read(_folder.WriteGrey("one.png", 1, 77), 28, 28, 1), value => Assert.Equal(77, value));

    [Fact]
    public void Read_pictureOfSeveralStrips_isThatOfItsRows()
    {
        // More pixels than a strip holds; what the strips give must be what resampling all rows gives.
        const int width = 4300, height = 4000;
        byte[] grey = new byte[width * height];
        for (int i = 0; i < grey.Length; i++) grey[i] = (byte)((i % width / 20) ^ (i / width / 20));
        Resampler resampler = new(new TriangleFilter(width, 9), new TriangleFilter(height, 7), 1);
        for (int y = 0; y < height; y++) resampler.Add(grey.AsSpan(y * width, width));
        byte[] expected = new byte[63];
        resampler.Finish(expected);
        Assert.Equal(expected, Read(_folder.WriteGrey("large.png", width, grey), 7, 9, 1));
        byte[] jpeg = Read(_folder.WriteGrey("large.jpg", width, SKEncodedImageFormat.Jpeg, grey), 7, 9, 1);
        Assert.All(expected.Zip(jpeg), pair => Assert.InRange(pair.Second, pair.First - 2, pair.First + 2));
    }

    [Fact]
    public void Read_moreThanTheLimitOfPixels_isRefusedBeforeDecoding()
    {
        byte[] bitmap = new byte[54 + 4];
        "BM"u8.CopyTo(bitmap);
        (int At, int Value)[] fields = [(2, bitmap.Length), (10, 54), (14, 40), (18, 30_000), (22, -20_000), (26, 1 + (24 << 16))];
        foreach ((int at, int value) in fields) BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(at), value);
        string path = _folder.WriteBytes("vast.bmp", bitmap);
        Assert.Contains("it has 30,000 × 20,000 pixels, more than 400,000,000", Assert.Throws<InvalidInputException>(() => Read(path, 8, 8, 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_inverted_isTheNegative() =>
        Assert.Equal([255, 155, 0], Read(_folder.WriteGrey("light.png", 3, 0, 100, 255), 1, 3, 1, new PictureOptions(IsInverted: true)));

    [Fact]
    public void Read_otherProportions_areStretchedPaddedOrCropped()
    {
        string wide = _folder.WriteGrey("wide.png", 4, 0, 40, 80, 120, 0, 40, 80, 120);
        Assert.Equal([29, 91, 29, 91], Read(wide, 2, 2, 1));
        Assert.Equal([40, 80, 40, 80], Read(wide, 2, 2, 1, new PictureOptions(PictureFit.Crop)));
        byte[] padded = Read(wide, 4, 4, 1, new PictureOptions(PictureFit.Pad) { Background = new Colour(9, 9, 9) });
        Assert.Equal([9, 9, 9, 9, 0, 40, 80, 120, 0, 40, 80, 120, 9, 9, 9, 9], padded);
    }

    [Theory]
    [InlineData("missing.png", "there is no such file")]
    [InlineData(".", "it is a folder")]
    [InlineData("empty.png", "the file is empty")]
    [InlineData("notes.png", "it is a text file")]
    [InlineData("noise.png", "it is no picture of a known kind")]
    [InlineData("half.png", "it is truncated")]
    [InlineData("half.jpg", "it is truncated")]
    [InlineData("header.png", "it is truncated or damaged")]
    [InlineData("broken.png", "it is")]
    public void Read_whatIsNoPicture_isOneLineWithTheFile(string name, string what)
    {
        SKColor[] noise = [.. Enumerable.Range(0, 64 * 64).Select(i => new SKColor((uint)(0xFF000000 | (uint)(i * 2654435761))))];
        byte[] png = File.ReadAllBytes(_folder.Write("whole.png", 64, noise)),
            jpeg = File.ReadAllBytes(_folder.Write("whole.jpg", 64, noise, SKEncodedImageFormat.Jpeg));
        _folder.WriteBytes("empty.png");
        _folder.WriteBytes("notes.png", "These are notes.\nNot a picture."u8.ToArray());
        _folder.WriteBytes("noise.png", [0, 0, 8, 3, 0, 0, 0, 1, 200, 100]);
        _folder.WriteBytes("half.png", png[..(png.Length / 2)]);
        _folder.WriteBytes("half.jpg", jpeg[..(jpeg.Length / 2)]);
        _folder.WriteBytes("header.png", png[..12]);
        png.AsSpan(png.Length / 2, 40).Fill(1);
        _folder.WriteBytes("broken.png", png);

        string message = Assert.Throws<InvalidInputException>(() => Read(_folder[name], 8, 8, 1)).Message;
        Assert.StartsWith($"cannot read the picture '{_folder[name]}': {what}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void PictureReader_modelOfTwoChannels_isRefused() =>
        Assert.Throws<InvalidInputException>(() => new PictureReader(new TensorShape(4, 4, 2), new PictureOptions()));

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Pictures", name);

    private static byte[] Read(string path, int height, int width, int channels, PictureOptions? options = null)
    {
        byte[] pixels = new byte[height * width * channels];
        new PictureReader(new TensorShape(height, width, channels), options ?? new PictureOptions()).Read(path, pixels);
        return pixels;
    }
}
