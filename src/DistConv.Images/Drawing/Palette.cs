using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>The colours of all pictures; none of them tells anything by red against green.</summary>
public static class Palette
{
    /// <summary>Behind everything.</summary>
    public static readonly SKColor Paper = SKColors.White;

    /// <summary>Text.</summary>
    public static readonly SKColor Ink = new(0x22, 0x26, 0x2B);

    /// <summary>Text of less weight.</summary>
    public static readonly SKColor Muted = new(0x5F, 0x66, 0x70);

    /// <summary>Thin lines and frames.</summary>
    public static readonly SKColor Line = new(0xC9, 0xCE, 0xD6);

    /// <summary>Where a picture has nothing to show.</summary>
    public static readonly SKColor Empty = new(0xF1, 0xF3, 0xF5);

    /// <summary>Stops of ColorBrewer's diverging scheme RdBu with 9 classes (Harrower and Brewer, 2003; safe for colour-blind readers), from blue over white to
    /// red.</summary>
    private static readonly SKColor[] _diverging =
    [
        new(0x21, 0x66, 0xAC), new(0x43, 0x93, 0xC3), new(0x92, 0xC5, 0xDE), new(0xD1, 0xE5, 0xF0), new(0xF7, 0xF7, 0xF7),
        new(0xFD, 0xDB, 0xC7), new(0xF4, 0xA5, 0x82), new(0xD6, 0x60, 0x4D), new(0xB2, 0x18, 0x2B),
    ];

    /// <summary>Stops of the sequential scheme viridis (Smith and van der Walt, 2015), even in lightness.</summary>
    private static readonly SKColor[] _sequential =
    [
        new(0x44, 0x01, 0x54), new(0x48, 0x28, 0x78), new(0x3E, 0x4A, 0x89), new(0x31, 0x68, 0x8E), new(0x26, 0x82, 0x8E),
        new(0x1F, 0x9E, 0x89), new(0x35, 0xB7, 0x79), new(0x6D, 0xCD, 0x59), new(0xB4, 0xDE, 0x2C), new(0xFD, 0xE7, 0x25),
    ];

    /// <summary>Colours that tell series apart: the palette of Okabe and Ito (2008) without its yellow, which is faint on white.</summary>
    public static IReadOnlyList<SKColor> Series { get; } =
    [
        new(0x00, 0x72, 0xB2), new(0xD5, 0x5E, 0x00), new(0x00, 0x9E, 0x73), new(0xCC, 0x79, 0xA7), new(0xE6, 0x9F, 0x00), new(0x56, 0xB4, 0xE9),
    ];

    /// <summary>A signed value's colour: blue below zero, white at zero, red above.</summary>
    /// <param name="value">−1 … 1; beyond, and for NaN, the nearest end and <see cref="Empty"/>.</param>
    /// <returns>The colour.</returns>
    public static SKColor Diverging(double value) => Between(_diverging, (value + 1) / 2);

    /// <summary>The colour of a value that begins at zero: dark blue to yellow.</summary>
    /// <param name="value">0 … 1, as for <see cref="Diverging"/>.</param>
    /// <returns>The colour.</returns>
    public static SKColor Sequential(double value) => Between(_sequential, value);

    /// <summary>The grey of a signed value: black at −1, middle grey at zero, white at 1.</summary>
    /// <param name="value">−1 … 1, as for <see cref="Diverging"/>.</param>
    /// <returns>The colour.</returns>
    public static SKColor SignedGrey(double value) => Grey((value + 1) / 2);

    /// <summary>The grey of a value: black at 0, white at 1.</summary>
    /// <param name="value">0 … 1, as for <see cref="Diverging"/>.</param>
    /// <returns>The colour.</returns>
    public static SKColor Grey(double value) => Between([SKColors.Black, SKColors.White], value);

    private static SKColor Between(ReadOnlySpan<SKColor> stops, double at)
    {
        if (double.IsNaN(at)) return Empty;
        double place = Math.Clamp(at, 0, 1) * (stops.Length - 1);
        int left = Math.Min((int)place, stops.Length - 2);
        double share = place - left;
        SKColor a = stops[left], b = stops[left + 1];
        return new SKColor(Mix(a.Red, b.Red, share), Mix(a.Green, b.Green, share), Mix(a.Blue, b.Blue, share));
    }

    private static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + ((to - from) * share));
}
