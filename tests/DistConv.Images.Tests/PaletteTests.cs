using DistConv.Images.Drawing;
using SkiaSharp;
using Xunit;

namespace DistConv.Images.Tests;

public sealed class PaletteTests
{
    [Fact]
    public void Diverging_zeroAndEnds_areWhiteBlueAndRed()
    {
        SKColor low = Palette.Diverging(-1), middle = Palette.Diverging(0), high = Palette.Diverging(2);

        Assert.True(low.Blue > low.Red + 100);
        Assert.True(high.Red > high.Blue + 100);
        Assert.Equal(middle.Red, middle.Blue);
        Assert.Equal(Palette.Diverging(1), high);
        Assert.Equal(Palette.Empty, Palette.Diverging(double.NaN));
    }

    [Fact]
    public void Render_figure_holdsItsPartsAtTheSizeThatItSays()
    {
        SKColor[] colours = [SKColors.Black, SKColors.White, SKColors.White, SKColors.Black];
        Figure figure = new("Title", "Subtitle", new Raster(2, 2, colours, 100), "Notes");
        using SKImage image = figure.Render(1);
        using SKBitmap pixels = SKBitmap.FromImage(image);

        int black = pixels.Pixels.Count(pixel => pixel == SKColors.Black);
        Assert.InRange(black, 19_000, 21_000);
        Assert.Equal(420 + 48, image.Width);
    }
}
