using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Kernels;

/// <summary>The geometries on which every kernel set must equal the scalar one: small, since scalar code is slow, but every edge is among them.</summary>
internal static class ConvShapes
{
    private static readonly int[] SomeChannels = [1, 3, 10, 16, 17, 31, 32, 33, 48, 50];

    private static readonly (int H, int W)[] Kernels = [(1, 1), (2, 2), (3, 3), (5, 5), (1, 3), (3, 1), (7, 7)];

    private static readonly (int H, int W)[] Strides = [(1, 1), (2, 2), (3, 3), (1, 2), (2, 1), (3, 2), (1, 3)];

    private static readonly (int H, int W)[] Sizes = [(5, 5), (7, 8), (9, 7)];

    private static readonly Padding[] Paddings = [Padding.Valid, Padding.Same];

    /// <summary>All geometries, each once.</summary>
    public static IReadOnlyList<Conv2DShape> All { get; } =
        [.. Channels().Concat(Windows()).Concat(Widths()).Concat(Odd()).Concat(FewChannels()).Concat(Mixed()).Concat(Spread())
            .Where(s => s.OutH > 0 && s.OutW > 0).Distinct()];

    /// <summary>Every number of channels from 1 to two vectors and one, on both sides.</summary>
    private static IEnumerable<Conv2DShape> Channels()
    {
        int[] counts = [.. Enumerable.Range(1, 33), 48, 50];
        foreach (int channels in counts)
        {
            Padding padding = channels % 2 == 0 ? Padding.Same : Padding.Valid;
            foreach (int other in (int[])[1, 3, 16]) yield return new Conv2DShape(5, 6, other, 3, 3, channels, Padding: padding);
            foreach (int other in (int[])[1, 10, 17]) yield return new Conv2DShape(4, 7, channels, 3, 3, other, Padding: padding);
        }
    }

    /// <summary>Every kernel with every stride, padding and size; the channels rotate.</summary>
    private static IEnumerable<Conv2DShape> Windows()
    {
        int turn = 0;
        foreach ((int kH, int kW) in Kernels)
        {
            foreach ((int strideH, int strideW) in Strides)
            {
                foreach (Padding padding in Paddings)
                {
                    foreach ((int h, int w) in Sizes)
                    {
                        (int inC, int outC) = Rotate(turn++, kH * kW > 9 ? 5 : SomeChannels.Length);
                        yield return new Conv2DShape(h, w, inC, kH, kW, outC, strideH, strideW, padding);
                    }
                }
            }
        }
    }

    /// <summary>Every output width from 1 to 30: all cuts of a row into tiles.</summary>
    private static IEnumerable<Conv2DShape> Widths()
    {
        for (int width = 1; width <= 30; width++)
        {
            (int inC, int outC) = Rotate(width, SomeChannels.Length);
            yield return new Conv2DShape(3, width + 2, inC, 3, 3, outC);
            yield return new Conv2DShape(2, width, outC, 3, 3, inC, Padding: Padding.Same);
            yield return new Conv2DShape(1, width, inC, 1, 1, outC);
            yield return new Conv2DShape(3, (2 * width) + 1, 3, 3, 3, outC, 2, 2);
        }
    }

    /// <summary>Kernels larger than the input, strides larger than the kernel, inputs of one row, column or pixel.</summary>
    private static IEnumerable<Conv2DShape> Odd()
    {
        foreach (int channels in SomeChannels)
        {
            yield return new Conv2DShape(1, 1, channels, 5, 5, 3, Padding: Padding.Same);
            yield return new Conv2DShape(2, 3, 2, 7, 7, channels, Padding: Padding.Same);
            yield return new Conv2DShape(3, 2, 2, 7, 7, channels, 2, 2, Padding.Same);
            yield return new Conv2DShape(9, 11, channels, 2, 2, 5, 5, 5);
            yield return new Conv2DShape(9, 11, 2, 1, 2, channels, 4, 5, Padding.Same);
            yield return new Conv2DShape(1, 13, channels, 1, 4, 2);
            yield return new Conv2DShape(13, 1, 3, 4, 1, channels, 2, 1, Padding.Same);
            yield return new Conv2DShape(7, 7, 1, 7, 7, channels);
        }
    }

    /// <summary>Images on which channels as lanes waste more than positions or taps as lanes do: first layers, and odd numbers of filters.</summary>
    private static IEnumerable<Conv2DShape> FewChannels()
    {
        foreach (int outC in (int[])[1, 2, 4, 5, 6, 7, 10, 15, 17, 20])
        {
            foreach (Padding padding in Paddings)
            {
                yield return new Conv2DShape(12, 14, 1, 5, 5, outC, Padding: padding);
                yield return new Conv2DShape(9, 21, 1, 3, 3, outC, Padding: padding);
                yield return new Conv2DShape(7, 18, 3, 3, 2, outC, Padding: padding);
                yield return new Conv2DShape(10, 11, 1, 7, 7, outC, 2, 2, padding);
                yield return new Conv2DShape(8, 9, 4, 3, 3, outC, 1, 1, padding);
                yield return new Conv2DShape(11, 10, 2, 2, 5, outC, 3, 1, padding);
            }
        }

        foreach (int outC in (int[])[16, 32, 48, 64])
        {
            // Padding below and beside the input only, or only below it.
            yield return new Conv2DShape(6, 9, 1, 2, 3, outC, 1, 3, Padding.Same);
            yield return new Conv2DShape(6, 9, 1, 2, 2, outC, 2, 1, Padding.Same);
            yield return new Conv2DShape(9, 10, 1, 5, 3, outC);
            foreach (Padding padding in Paddings)
            {
                yield return new Conv2DShape(9, 10, 1, 3, 3, outC, Padding: padding);
                yield return new Conv2DShape(9, 10, 3, 3, 3, outC, Padding: padding);
                yield return new Conv2DShape(12, 11, 1, 7, 7, outC, 2, 2, padding);
                yield return new Conv2DShape(7, 8, 1, 5, 3, outC, 2, 3, padding);
                yield return new Conv2DShape(11, 7, 1, 4, 3, outC, 2, 1, padding);
                yield return new Conv2DShape(9, 6, 3, 2, 1, outC, 3, 2, padding);
                yield return new Conv2DShape(5, 9, 1, 1, 3, outC, 1, 2, padding);
            }
        }
    }

    /// <summary>Combinations that nobody thought of, always the same ones.</summary>
    private static IEnumerable<Conv2DShape> Mixed()
    {
        int[] channels = [1, 2, 3, 5, 6, 8, 10, 12, 16, 20, 24, 31, 32, 33, 40];
        var random = new Random(20_240_317);
        int Next(int first, int last) => random.Next(first, last + 1);
        for (int i = 0; i < 1400; i++)
        {
            int kH = Next(1, 7), kW = Next(1, 7), inC = channels[random.Next(channels.Length)], outC = channels[random.Next(channels.Length)];
            Padding padding = Paddings[random.Next(2)];
            int h = padding == Padding.Valid ? Next(kH, kH + 6) : Next(1, 10), w = padding == Padding.Valid ? Next(kW, kW + 18) : Next(1, 20);
            if ((long)h * w * kH * kW * inC * outC > 500_000) (inC, outC) = (int.Min(inC, 6), int.Min(outC, 17));
            yield return new Conv2DShape(h, w, inC, kH, kW, outC, Next(1, 3), Next(1, 3), padding);
        }
    }

    /// <summary>Dilated windows, which may reach far beyond the input; groups; both; and a group for each channel, once or several times.</summary>
    private static IEnumerable<Conv2DShape> Spread()
    {
        foreach (Padding padding in Paddings)
        {
            foreach ((int dilationH, int dilationW) in ((int, int)[])[(2, 2), (1, 3), (4, 1), (3, 2), (6, 7), (19, 25)])
            {
                foreach ((int kH, int kW) in Kernels)
                {
                    int inC = SomeChannels[(kH + dilationW) % 10], outC = SomeChannels[((kW * 3) + dilationH) % 10];
                    yield return new Conv2DShape(11, 12, inC, kH, kW, outC, 1, 1, padding, dilationH, dilationW);
                    yield return new Conv2DShape(7, 9, 4, kH, kW, 6, 1, 1, padding, dilationH, dilationW, 2);
                    yield return new Conv2DShape(9, 8, 5, kH, kW, 10, 1, 1, padding, dilationH, dilationW, 5);
                }
            }

            foreach ((int strideH, int strideW) in Strides)
            {
                foreach ((int inC, int outC, int groups) in ((int, int, int)[])
                    [(4, 2, 2), (6, 9, 3), (32, 64, 2), (33, 22, 11), (8, 8, 2), (12, 4, 4), (10, 5, 5)])
                {
                    yield return new Conv2DShape(7, 8, inC, 3, 3, outC, strideH, strideW, padding, Groups: groups);
                    yield return new Conv2DShape(6, 5, inC, 1, 2, outC, strideH, strideW, padding, Groups: groups);
                }

                foreach (int channels in (int[])[2, 3, 4, 8, 15, 16, 17, 31, 33, 48, 63, 64, 67])
                {
                    int size = 5 + (channels % 3), kernel = 2 + (channels % 4);
                    yield return new Conv2DShape(size + 1, size, channels, kernel, 3, channels, strideH, strideW, padding, Groups: channels);
                    yield return new Conv2DShape(size, size + 1, channels, 3, kernel, 2 * channels, strideH, strideW, padding, Groups: channels);
                    yield return new Conv2DShape(size, size, channels, 1, 1, 3 * channels, strideH, strideW, padding, Groups: channels);
                }
            }
        }
    }

    private static (int InC, int OutC) Rotate(int turn, int count) =>
        (SomeChannels[(turn * 3) % count], SomeChannels[((turn * 7) + (turn / count)) % SomeChannels.Length]);
}
