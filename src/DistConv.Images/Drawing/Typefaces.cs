using System.Collections.Concurrent;
using SkiaSharp;

namespace DistConv.Images.Drawing;

/// <summary>The typefaces of all pictures: Inter, embedded, so that a picture looks the same on a machine without any font (licence: Fonts/OFL.txt).</summary>
internal static class Typefaces
{
    private static readonly SKTypeface _regular = Load("Inter-Regular.otf");
    private static readonly SKTypeface _semiBold = Load("Inter-SemiBold.otf");
    private static readonly ConcurrentDictionary<TextStyle, SKFont> _fonts = new();

    /// <summary>The font of a style. It is shared, and never changed.</summary>
    public static SKFont Font(TextStyle style) => _fonts.GetOrAdd(style, static style => new SKFont(style.IsBold ? _semiBold : _regular, style.Points)
    {
        Subpixel = true,
        Hinting = SKFontHinting.None,
        Edging = SKFontEdging.Antialias,
    });

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(Typefaces).Assembly.GetManifestResourceStream($"DistConv.Images.Drawing.Fonts.{name}")!;
        return SKTypeface.FromStream(stream) ?? throw new InvalidOperationException($"the embedded font {name} cannot be read");
    }
}
