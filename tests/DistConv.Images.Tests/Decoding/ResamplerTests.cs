using DistConv.Images.Decoding;
using Xunit;

namespace DistConv.Images.Tests.Decoding;

public sealed class ResamplerTests
{
    [Fact]
    public void Weights_fourToTwo_areATriangleOfTwiceTheWidth()
    {
        // Centres at 1 and 3, half width 2: pixels at 0.5, 1.5, 2.5 weigh 0.75, 0.75, 0.25; the rest is cut off at the edge.
        TriangleFilter filter = new(4, 2);
        Assert.Equal([6, 6, 2], filter.Weights(0).ToArray());
        Assert.Equal((1, 14), (filter.First(1), filter.Sum(1)));
        Assert.Equal([2, 6, 6], filter.Weights(1).ToArray());
    }

    [Fact]
    public void Resample_twoToFour_isBilinear() => Assert.Equal([0, 25, 75, 100], Resample([0, 100], 2, 1, 4, 1));

    [Fact]
    public void Resample_checkerboard_isTheMeanInTheMiddle()
    {
        byte[] board = [.. Enumerable.Range(0, 64).Select(i => (byte)(((i / 8) + (i % 8)) % 2 * 200))];
        Assert.All(Resample(board, 8, 8, 2, 2), value => Assert.InRange(value, 95, 105));
        Assert.Equal(board, Resample(board, 8, 8, 8, 8));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(7, 3)]
    [InlineData(3, 7)]
    [InlineData(1000, 28)]
    [InlineData(28, 27)]
    public void Resample_constant_staysConstant(int from, int to) =>
        Assert.All(Resample(Filled(from * from, 201), from, from, to, to), value => Assert.Equal(201, value));

    /// <summary>Against the definition in double precision: a triangle around the target's centre, as wide as Pillow's.</summary>
    [Fact]
    public void Resample_noise_agreesWithTheDefinition()
    {
        byte[] noise = [.. Enumerable.Range(0, 37 * 23).Select(i => (byte)((uint)i * 2654435761 >> 24))];
        byte[] resampled = Resample(noise, 37, 23, 10, 40);
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 10; x++)
            {
                double sum = 0, weights = 0;
                for (int i = 0; i < noise.Length; i++)
                {
                    double weight = Triangle(i % 37, 37, x, 10) * Triangle(i / 37, 23, y, 40);
                    (sum, weights) = (sum + (weight * noise[i]), weights + weight);
                }

                Assert.InRange(resampled[(y * 10) + x] - (sum / weights), -0.51, 0.51);
            }
        }
    }

    private static double Triangle(int i, double source, int o, double target)
    {
        double scale = source / target;
        return Math.Max(0, 1 - (Math.Abs(i + 0.5 - ((o + 0.5) * scale)) / Math.Max(1, scale)));
    }

    private static byte[] Filled(int count, byte value)
    {
        byte[] pixels = new byte[count];
        pixels.AsSpan().Fill(value);
        return pixels;
    }

    private static byte[] Resample(byte[] pixels, int width, int height, int toWidth, int toHeight)
    {
        Resampler resampler = new(new TriangleFilter(width, toWidth), new TriangleFilter(height, toHeight), 1);
        for (int y = 0; y < height; y++) resampler.Add(pixels.AsSpan(y * width, width));
        byte[] result = new byte[toWidth * toHeight];
        resampler.Finish(result);
        return result;
    }
}
