using System.Globalization;
using DistConv.Core;

namespace DistConv.Images.Decoding;

/// <summary>What becomes of a picture whose proportions are not the model's.</summary>
public enum PictureFit
{
    /// <summary>Width and height are scaled independently, as Keras's image loading does.</summary>
    Stretch,

    /// <summary>All of the picture is kept; what is left beside it has the background's colour.</summary>
    Pad,

    /// <summary>The middle is kept; what stands out is cut off.</summary>
    Crop,
}

/// <summary>A colour of three bytes.</summary>
/// <param name="Red">0 … 255.</param>
/// <param name="Green">0 … 255.</param>
/// <param name="Blue">0 … 255.</param>
public readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>White.</summary>
    public static readonly Colour White = new(255, 255, 255);

    /// <summary>Reads "white", "black" or six hexadecimal digits, with or without "#".</summary>
    /// <param name="text">The text.</param>
    /// <returns>The colour, or null if the text is none.</returns>
    public static Colour? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "white") return White;
        if (text == "black") return default(Colour);
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('#');
        return digits.Length == 6 && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            ? new Colour((byte)(value >> 16), (byte)(value >> 8), (byte)value)
            : null;
    }

    /// <summary>Six hexadecimal digits.</summary>
    /// <returns>"ffffff" for white.</returns>
    public override string ToString() => $"{Red:x2}{Green:x2}{Blue:x2}";
}

/// <summary>How a picture becomes a model's input.</summary>
/// <param name="Fit">What becomes of other proportions. Default: stretch.</param>
/// <param name="IsInverted">Whether light becomes dark, at the end. Default: no.</param>
public sealed record PictureOptions(PictureFit Fit = PictureFit.Stretch, bool IsInverted = false)
{
    /// <summary>What transparent pixels are laid over, and what surrounds a padded picture. Default: white.</summary>
    public Colour Background { get; init; } = Colour.White;

    /// <summary>The names of the fits, as options give them.</summary>
    public static IReadOnlyList<string> FitNames { get; } = ["stretch", "pad", "crop"];

    /// <summary>Reads the name of a fit.</summary>
    /// <param name="option">The option that has it, for the message.</param>
    /// <param name="text">The name; null for the default.</param>
    /// <returns>The fit.</returns>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public static PictureFit ParseFit(string option, string? text) => text switch
    {
        null or "stretch" => PictureFit.Stretch,
        "pad" => PictureFit.Pad,
        "crop" => PictureFit.Crop,
        _ => throw new InvalidInputException($"{option} is '{text}'; the choices are {string.Join(", ", FitNames)}{Suggestion.DidYouMean(text, FitNames)}"),
    };
}
