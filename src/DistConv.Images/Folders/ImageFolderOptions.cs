using System.Globalization;
using DistConv.Core;
using DistConv.Images.Decoding;

namespace DistConv.Images.Folders;

/// <summary>
/// What makes tensors of a folder of pictures. It stands in a job's specification as a part of the data set's name, so that every silo makes the same:
/// "images/flowers?size=32x32&amp;color=rgb&amp;fit=stretch&amp;test=0.2&amp;seed=0&amp;unreadable=refuse".
/// </summary>
public sealed record ImageFolderOptions
{
    /// <summary>How people name a folder of pictures: this, and its path.</summary>
    public const string PathPrefix = "images:";

    /// <summary>How a specification does: this, and the folder's own name.</summary>
    public const string NamePrefix = "images/";

    /// <summary>Rows and columns; null: those of the pictures, which must then all be equal.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Whether pictures become grey; null: if all are stored as grey.</summary>
    public bool? IsGrey { get; init; }

    /// <summary>What becomes of other proportions. Default: stretch.</summary>
    public PictureFit Fit { get; init; }

    /// <summary>The share of each class that is held out, unless folders say so. Default: 0.2.</summary>
    public double TestShare { get; init; } = 0.2;

    /// <summary>Key of the order of the samples, and of which are held out. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether pictures that cannot be read are left out; otherwise they are an error. Default: an error.</summary>
    public bool SkipsUnreadable { get; init; }

    /// <summary>Whether nothing is left to be found out from the pictures.</summary>
    internal bool IsComplete => Size is not null && IsGrey is not null;

    /// <summary>The name in a specification.</summary>
    /// <param name="folder">The folder's own name.</param>
    /// <returns>The name with all options.</returns>
    public string ToName(string folder)
    {
        string size = Size is { } given ? $"size={given.Height}x{given.Width}&" : "", color = IsGrey is { } grey ? $"color={(grey ? "grey" : "rgb")}&" : "";
        string share = TestShare.ToString("R", CultureInfo.InvariantCulture);
        return $"{NamePrefix}{Uri.EscapeDataString(folder)}?{size}{color}"
            + $"fit={PictureOptions.FitNames[(int)Fit]}&test={share}&seed={Seed}&unreadable={(SkipsUnreadable ? "skip" : "refuse")}";
    }

    /// <summary>Reads what <see cref="ToName"/> gave.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The folder's own name, and the options.</returns>
    /// <exception cref="InvalidInputException">An option is unknown or has no such value.</exception>
    public static (string Folder, ImageFolderOptions Options) Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name[NamePrefix.Length..].Split('?', 2);
        ImageFolderOptions options = new();
        foreach (string pair in parts.Length > 1 ? parts[1].Split('&') : [])
        {
            string[] words = pair.Split('=', 2);
            string value = words.Length > 1 ? words[1] : "";
            options = words[0] switch
            {
                "size" => options with { Size = ParseSize("size", value) },
                "color" => options with { IsGrey = ParseColor("color", value) },
                "fit" => options with { Fit = PictureOptions.ParseFit("fit", value) },
                "test" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1 =>
                    options with { TestShare = share },
                "seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) => options with { Seed = seed },
                "unreadable" => options with { SkipsUnreadable = ParseUnreadable("unreadable", value) },
                _ => throw new InvalidInputException($"data '{name}' has '{pair}', which this build of DistConv does not know"),
            };
        }

        return (Uri.UnescapeDataString(parts[0]), options);
    }

    /// <summary>Reads "HxW".</summary>
    /// <param name="option">The option that has it, for the message.</param>
    /// <param name="text">The text; null for none.</param>
    /// <returns>Rows and columns, or null.</returns>
    /// <exception cref="InvalidInputException">It is no size.</exception>
    public static (int Height, int Width)? ParseSize(string option, string? text)
    {
        const int max = 4096;
        if (text is null) return null;
        string[] sides = text.Split('x');
        return sides.Length == 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height) && height is >= 1 and <= max
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width is >= 1 and <= max
            ? (height, width)
            : throw new InvalidInputException($"{option} is '{text}'; give rows and columns, each 1 to {max}, as 32x32");
    }

    /// <summary>Reads "grey" or "rgb".</summary>
    /// <param name="option">The option that has it, for the message.</param>
    /// <param name="text">The text; null for none.</param>
    /// <returns>Whether it is grey, or null.</returns>
    /// <exception cref="InvalidInputException">It is neither.</exception>
    public static bool? ParseColor(string option, string? text) => text switch
    {
        null => null,
        "grey" => true,
        "rgb" => false,
        _ => throw new InvalidInputException($"{option} is '{text}'; the choices are grey, rgb{Suggestion.DidYouMean(text, ["grey", "rgb"])}"),
    };

    /// <summary>Reads "refuse" or "skip".</summary>
    /// <param name="option">The option that has it, for the message.</param>
    /// <param name="text">The text; null for the default.</param>
    /// <returns>Whether unreadable pictures are skipped.</returns>
    /// <exception cref="InvalidInputException">It is neither.</exception>
    public static bool ParseUnreadable(string option, string? text) => text switch
    {
        null or "refuse" => false,
        "skip" => true,
        _ => throw new InvalidInputException($"{option} is '{text}'; the choices are refuse, skip{Suggestion.DidYouMean(text, ["refuse", "skip"])}"),
    };
}
