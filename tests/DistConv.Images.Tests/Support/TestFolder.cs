using SkiaSharp;

namespace DistConv.Images.Tests.Support;

/// <summary>A folder that is deleted at the end, and pictures to put there.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("distconv-images-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>A picture of given pixels, row after row.</summary>
    public string Write(string name, int width, SKColor[] pixels, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int quality = 100)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, pixels.Length / width, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = pixels;
        return Save(name, bitmap, format, quality);
    }

    /// <summary>A grey PNG.</summary>
    public string WriteGrey(string name, int width, params byte[] pixels) => WriteGrey(name, width, SKEncodedImageFormat.Png, pixels);

    /// <summary>A grey picture.</summary>
    public string WriteGrey(string name, int width, SKEncodedImageFormat format, byte[] pixels)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, pixels.Length / width, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < bitmap.Height; y++) pixels.AsSpan(y * width, width).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        return Save(name, bitmap, format, 100);
    }

    /// <summary>Any file.</summary>
    public string WriteBytes(string name, params byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Save(string name, SKBitmap bitmap, SKEncodedImageFormat format, int quality)
    {
        using SKData data = bitmap.Encode(format, quality);
        return WriteBytes(name, data.ToArray());
    }
}
