using System.Runtime.CompilerServices;

namespace DistConv.Training.Data.Digits;

/// <summary>From ink to bytes: a slight blur, contrast, the paper's grain, rounding.</summary>
internal static class InkFinish
{
    /// <summary>Writes the finished image.</summary>
    /// <param name="style">Blur, gain and grain.</param>
    /// <param name="random">The image's grain numbers: one byte a pixel.</param>
    /// <param name="ink">28 × 28 values, 0 … 1; destroyed.</param>
    /// <param name="pixels">28 × 28 bytes; overwritten.</param>
    [SkipLocalsInit]
    public static void Write(in DigitStyle style, ref DigitRandom random, Span<double> ink, Span<byte> pixels)
    {
        const int Side = DigitPainter.Side;
        double side = style.Blur, middle = 1 - (2 * side);
        Span<double> blurred = stackalloc double[DigitPainter.Pixels];
        for (int i = 0; i < ink.Length; i++)
        {
            int column = i % Side;
            double before = column > 0 ? ink[i - 1] : 0, after = column < Side - 1 ? ink[i + 1] : 0;
            blurred[i] = (middle * ink[i]) + (side * (before + after));
        }

        uint word = 0;
        for (int i = 0; i < blurred.Length; i++)
        {
            word = (i & 3) == 0 ? random.Word() : word >> 8;
            double above = i >= Side ? blurred[i - Side] : 0, below = i + Side < blurred.Length ? blurred[i + Side] : 0;
            double value = ((middle * blurred[i]) + (side * (above + below))) * style.Gain;
            value = value > 1 ? 1 : value;
            value *= 1 - (style.Grain * ((word & 0xFF) * (1 / 255.0)));
            pixels[i] = (byte)((255 * value) + 0.5);
        }
    }
}
