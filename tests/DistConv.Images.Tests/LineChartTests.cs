using DistConv.Images.Drawing;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests;

public sealed class LineChartTests
{
    [Fact]
    public void Linear_ticks_areRoundAndInside()
    {
        Assert.Equal([0, 200, 400, 600, 800], Axis.Linear(0, 938, Text, ticks: 8, isWhole: true).Ticks);
        Assert.Equal([0, 1, 2, 3], Axis.Linear(0, 3, Text, ticks: 8, isWhole: true).Ticks);
        Assert.Equal(11, Axis.Linear(0, 1, Text, ticks: 10).Ticks.Count);
    }

    [Fact]
    public void Log_ticks_areFewerOverManyDecades()
    {
        Assert.Equal([0.05, 0.1, 0.2, 0.5, 1, 2], Axis.Log(0.03, 3, Text).Ticks, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([0.001, 0.01, 0.1, 1], Axis.Log(0.0009, 2, Text).Ticks, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(0.5, Axis.Log(0.01, 1, Text).Place(0.1), 9);
    }

    [Fact]
    public void Draw_line_passesThroughItsPoints()
    {
        LineChart chart =
            new("x", "y", Axis.Linear(0, 10, Text), Axis.Linear(0, 1, Text), [new Series("s", [(0, 0.25), (10, 0.75)], SKColors.Magenta, 3)], 200, 100);
        using SKBitmap pixels = new((int)chart.Size.Width, (int)chart.Size.Height);
        using SKCanvas canvas = new(pixels);
        canvas.Clear(Palette.Paper);
        chart.Draw(canvas, 0, 0);

        // The plot begins at (56, 44).
        foreach (double share in (double[])[0.1, 0.5, 0.9])
            Assert.Equal(SKColors.Magenta, pixels.GetPixel((int)(56 + (200 * share)), (int)(44 + (100 * (0.75 - (share / 2))))));
        Assert.Equal(Palette.Paper, pixels.GetPixel(56 + 50, 44 + 30));
    }

    [Fact]
    public void Save_animation_hasItsFramesAndDurations()
    {
        string path = Path.Combine(Path.GetTempPath(), $"distconv-{Guid.NewGuid():N}.webp");
        try
        {
            SKColor[] shown = [SKColors.Red, SKColors.Blue, SKColors.Green];
            Animation.Save(path,
                [.. shown.Select((colour, i) => (new Figure("t", "s", new Raster(1, 1, new[] { colour }, 50)), TimeSpan.FromMilliseconds(100 * (i + 1))))]);

            using SKCodec codec = SKCodec.Create(path);
            Assert.Equal([100, 200, 300], codec.FrameInfo.Select(frame => frame.Duration));
            for (int i = 0; i < shown.Length; i++)
            {
                using SKBitmap frame = new(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
                Assert.Equal(SKCodecResult.Success, codec.GetPixels(frame.Info, frame.GetPixels(), new SKCodecOptions(i)));
                Assert.Equal(shown[i], frame.GetPixel(24 + 10, codec.Info.Height - 24 - 10));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Text(double tick) => $"{tick}";
}
