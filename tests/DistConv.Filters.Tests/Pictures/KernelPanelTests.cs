using DistConv.Core;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using SkiaSharp;
using Xunit;

namespace DistConv.Filters.Tests.Pictures;

public sealed class KernelPanelTests
{
    [Fact]
    public void Of_oneInputChannel_hasEachWeightsColourInItsCell()
    {
        // Ten filters of 3 × 3, in rows of eight; each weight is another one.
        LayerKernels layer = HandMade.Layer(3, 1, 10, (kh, kw, _, oc) => ((kh * 3) + kw - 4) * (oc + 1));
        using SKBitmap pixels = HandMade.Pixels(KernelPanel.Of(layer, KernelScale.Of([layer])));

        const float Kernel = 60, Tap = 20, Gap = 8, Number = (11 * 1.4f) + 1, RowGap = 6;
        for (int oc = 0; oc < 10; oc++)
        {
            for (int tap = 0; tap < 9; tap++)
            {
                float x = (oc % 8 * (Kernel + Gap)) + (tap % 3 * Tap) + (Tap / 2),
                    y = (oc / 8 * (Number + Kernel + RowGap)) + Number + (tap / 3 * Tap) + (Tap / 2);
                Assert.Equal(Palette.Diverging((tap - 4) * (oc + 1) / 40.0), pixels.GetPixel((int)(2 * x), (int)(2 * y)));
            }
        }
    }

    [Fact]
    public void Of_threeChannelsOfAPicture_showsThreePlanesOfAFilter()
    {
        LayerKernels layer = HandMade.Layer(3, 3, 2, (_, _, ic, oc) => (ic - 1) * (oc == 0 ? 1 : -1));
        using SKBitmap pixels = HandMade.Pixels(KernelPanel.Of(layer, KernelScale.Of([layer])));

        const float Kernel = 36, Gap = 3, FilterGap = 18, Middle = (11 * 1.4f) + 1 + (Kernel / 2);
        for (int ic = 0; ic < 3; ic++)
        {
            float x = (ic * (Kernel + Gap)) + (Kernel / 2), next = x + (3 * Kernel) + (2 * Gap) + FilterGap;
            Assert.Equal(Palette.Diverging(ic - 1), pixels.GetPixel((int)(2 * x), (int)(2 * Middle)));
            Assert.Equal(Palette.Diverging(1 - ic), pixels.GetPixel((int)(2 * next), (int)(2 * Middle)));
        }
    }

    [Fact]
    public void Of_manyInputChannels_hasARowForEachFilterAndAColumnForEachChannel()
    {
        LayerKernels layer = HandMade.Layer(3, 5, 4, (_, _, ic, oc) => ic - oc);
        using SKBitmap pixels = HandMade.Pixels(KernelPanel.Of(layer, KernelScale.Of([layer])));

        const float Plane = 24, Gap = 3, Left = 26 + Gap, Top = (11 * 1.4f) + Gap + 12 + Gap;
        for (int oc = 0; oc < 4; oc++)
        {
            for (int ic = 0; ic < 5; ic++)
            {
                float x = Left + (ic * (Plane + Gap)) + (Plane / 2), y = Top + (oc * (Plane + Gap)) + (Plane / 2);
                Assert.Equal(Palette.Diverging((ic - oc) / 4.0), pixels.GetPixel((int)(2 * x), (int)(2 * y)));
            }
        }
    }

    [Fact]
    public void Of_moreChannelsThanAPictureHolds_isRefusedByName()
    {
        LayerKernels layer = HandMade.Layer(1, 401, 2, (_, _, _, _) => 1);

        InvalidInputException refused = Assert.Throws<InvalidInputException>(() => KernelPanel.Of(layer, KernelScale.Of([layer])));

        Assert.Contains("'conv1' has 2 filters of 401 input channels", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_severalTimes_haveOneScaleForTheLayerOrForEachFilter()
    {
        LayerKernels before = HandMade.Layer(3, 1, 2, (_, _, _, oc) => oc == 0 ? 0.5f : 0.25f),
            after = HandMade.Layer(3, 1, 2, (_, _, _, oc) => oc == 0 ? -2 : 1);
        KernelScale layer = KernelScale.Of([before, after]), filter = KernelScale.Of([before, after], ScaleUnit.Filter),
            grey = KernelScale.Of([before, after], isGrey: true);

        Assert.Equal(2, layer.Limit);
        Assert.Equal(
            (Palette.Diverging(-1), Palette.Diverging(0.25), Palette.Diverging(0.5)), (layer.Colour(0, -2), layer.Colour(0, 0.5f), layer.Colour(1, 1)));
        Assert.Equal(
            (Palette.Diverging(-1), Palette.Diverging(0.25), Palette.Diverging(1)), (filter.Colour(0, -2), filter.Colour(0, 0.5f), filter.Colour(1, 1)));
        Assert.Equal((SKColors.Black, Palette.Grey(0.5)), (grey.Colour(0, -2), grey.Colour(1, 0)));
    }

    [Fact]
    public void Of_fewFarLargerWeights_doNotMakeTheOthersPale()
    {
        LayerKernels layer = HandMade.Layer(3, 20, 10, (kh, kw, ic, oc) => (kh, kw, ic, oc) == (0, 0, 0, 0) ? -9 : ic % 2 == 0 ? 0.25f : -0.25f);
        KernelScale scale = KernelScale.Of([layer]);

        Assert.Equal(0.25f, scale.Limit);
        Assert.Equal(Palette.Diverging(-1), scale.Colour(0, -9));
        Assert.EndsWith("; up to 0.5 % of the weights are clipped to the ends of the scale)", scale.Meaning.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_filterOfZeros_isTheMiddle()
    {
        LayerKernels zeros = HandMade.Layer(3, 1, 2, (_, _, _, _) => 0);

        Assert.Equal(Palette.Diverging(0), KernelScale.Of([zeros], ScaleUnit.Filter).Colour(1, 0));
    }
}
