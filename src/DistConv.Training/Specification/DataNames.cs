using System.Text.RegularExpressions;

namespace DistConv.Training.Specification;

/// <summary>
/// Names of data sets in a specification: a kind such as "digits", or a kind, the name of a folder and options: "images/flowers?size=32x32&amp;color=rgb". A
/// name never is a path: each silo looks for it in its own data folder.
/// </summary>
public static partial class DataNames
{
    /// <summary>Whether a text is such a name. Whether there is a data set of that name is not looked at.</summary>
    /// <param name="name">The text.</param>
    /// <returns>False for paths, absolute or relative, and for the forms in which people name a folder (idx:DIR, images:DIR).</returns>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Match match = Form().Match(name);
        return match.Success && IsFolderName(Uri.UnescapeDataString(match.Groups["folder"].Value));
    }

    /// <summary>Whether a text names a folder inside another one.</summary>
    /// <param name="folder">The text.</param>
    /// <returns>False if it leads elsewhere, on any system.</returns>
    public static bool IsFolderName(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return !folder.Contains('/', StringComparison.Ordinal) && !folder.Any(char.IsControl) && !folder.Split('\\').Any(part => part is "." or "..");
    }

    [GeneratedRegex(
        @"^[a-z0-9][a-z0-9-]*(/(?<folder>[A-Za-z0-9._~%-]*)(\?[A-Za-z0-9._=&+-]*)?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
