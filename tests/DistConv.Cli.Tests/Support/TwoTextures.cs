using SkiaSharp;

namespace DistConv.Cli.Tests.Support;

/// <summary>
/// Photographs of two kinds, bark (streaks) and gravel (spots), of different sizes. Both kinds have the same colours, light and noise: only the shapes tell
/// them apart.
/// </summary>
internal static class TwoTextures
{
    /// <summary>Writes DIR/bark and DIR/gravel.</summary>
    public static void Write(string folder, int each, int seed)
    {
        Random random = new(seed);
        foreach (string kind in (string[])["bark", "gravel"])
        {
            Directory.CreateDirectory(Path.Combine(folder, kind));
            for (int i = 0; i < each; i++) Write(Path.Combine(folder, kind, $"{i:D3}.{(i % 3 == 0 ? "png" : "jpg")}"), kind == "bark", random);
        }
    }

    private static void Write(string path, bool isBark, Random random)
    {
        using SKBitmap bitmap = new(random.Next(90, 260), random.Next(90, 260));
        using SKCanvas canvas = new(bitmap);
        SKColor dark = Colour(random, 20, 130), light = Colour(random, 100, 235);
        using SKShader shade = SKShader.CreateLinearGradient(
            new SKPoint(0, 0), new SKPoint(random.Next(bitmap.Width), random.Next(1, bitmap.Height)), [dark, light], SKShaderTileMode.Mirror);
        using SKPaint ground = new() { Shader = shade };
        canvas.DrawPaint(ground);
        canvas.RotateDegrees(random.Next(-35, 36), bitmap.Width / 2f, bitmap.Height / 2f);
        float unit = int.Min(bitmap.Width, bitmap.Height) / 20f;
        for (int i = 0; i < 70; i++)
        {
            SKColor colour = Colour(random, 20, 235).WithAlpha((byte)random.Next(60, 200));
            using SKPaint paint = new() { Color = colour, IsAntialias = true, StrokeWidth = unit * (0.4f + random.NextSingle()) };
            float x = ((random.NextSingle() * 1.4f) - 0.2f) * bitmap.Width, y = ((random.NextSingle() * 1.4f) - 0.2f) * bitmap.Height;
            float size = unit * (0.7f + (2 * random.NextSingle()));
            if (isBark) canvas.DrawLine(x, y - size, x + (unit * (random.NextSingle() - 0.5f)), y + size, paint);
            else canvas.DrawOval(x, y, size, size * (0.6f + (0.4f * random.NextSingle())), paint);
        }

        Noise(bitmap, random);
        using SKData data = bitmap.Encode(path.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 85);
        File.WriteAllBytes(path, data.ToArray());
    }

    private static SKColor Colour(Random random, int from, int to) =>
        new((byte)random.Next(from, to), (byte)random.Next(from, to), (byte)random.Next(from, to));

    private static void Noise(SKBitmap bitmap, Random random)
    {
        Span<byte> pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i % 4 != 3) pixels[i] = (byte)int.Clamp(pixels[i] + random.Next(-28, 29), 0, 255);
        }
    }
}
