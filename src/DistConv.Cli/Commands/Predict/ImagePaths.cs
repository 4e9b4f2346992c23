using DistConv.Core;
using DistConv.Images.Decoding;

namespace DistConv.Cli.Commands.Predict;

/// <summary>The pictures that a command line names.</summary>
internal static class ImagePaths
{
    /// <summary>Files as they are named; of a folder all pictures in it and below, in ordinal order of their paths; of "-" the lines of standard
    /// input.</summary>
    /// <param name="names">What was named.</param>
    /// <param name="input">Standard input.</param>
    /// <returns>Paths; those of standard input as they come.</returns>
    /// <exception cref="InvalidInputException">A folder holds no picture, or cannot be listed.</exception>
    public static IEnumerable<string> Of(IEnumerable<string> names, TextReader input)
    {
        foreach (string name in names)
        {
            if (name == "-")
            {
                while (input.ReadLine() is { } line)
                {
                    if (line.Length > 0) yield return line;
                }

                continue;
            }

            foreach (string path in Directory.Exists(name) ? Below(name) : [name]) yield return path;
        }
    }

    private static string[] Below(string folder)
    {
        try
        {
            string[] paths =
                [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(PictureReader.IsPictureName).Order(StringComparer.Ordinal)];
            return paths.Length > 0 ? paths
                : throw new InvalidInputException($"folder '{folder}' holds no picture (a file that ends in {string.Join(", ", PictureReader.Endings)})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot list the folder '{folder}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
