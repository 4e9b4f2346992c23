namespace DistConv.Images.Decoding;

/// <summary>Turns pixels of red, green, blue and alpha into grey or RGB, laid over a background.</summary>
/// <param name="channels">1: grey; 3: RGB.</param>
/// <param name="background">What shines through.</param>
internal sealed class PixelConverter(int channels, Colour background)
{
    /// <summary>
    /// Luma after ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in 1/65536 as Pillow's mode L has it (the three add up to 65,536, so a grey stays what it is).
    /// </summary>
    public static byte Luma(int red, int green, int blue) => (byte)(((red * 19_595) + (green * 38_470) + (blue * 7_471) + 32_768) >> 16);

    /// <summary>The background in the target's channels.</summary>
    public byte[] Background { get; } =
        channels == 1 ? [Luma(background.Red, background.Green, background.Blue)] : [background.Red, background.Green, background.Blue];

    /// <summary>Converts pixels.</summary>
    /// <param name="rgba">Four bytes each; colours not multiplied by alpha.</param>
    /// <param name="pixels">As many pixels, overwritten.</param>
    public void Convert(ReadOnlySpan<byte> rgba, Span<byte> pixels)
    {
        for (int i = 0, to = 0; i < rgba.Length; i += 4, to += channels)
        {
            byte red = rgba[i], green = rgba[i + 1], blue = rgba[i + 2], alpha = rgba[i + 3];
            if (alpha != 255)
            {
                red = Over(red, background.Red, alpha);
                green = Over(green, background.Green, alpha);
                blue = Over(blue, background.Blue, alpha);
            }

            if (channels == 1)
            {
                pixels[to] = Luma(red, green, blue);
                continue;
            }

            pixels[to] = red;
            pixels[to + 1] = green;
            pixels[to + 2] = blue;
        }
    }

    private static byte Over(byte front, byte back, byte alpha) => (byte)(((front * alpha) + (back * (255 - alpha)) + 127) / 255);
}
