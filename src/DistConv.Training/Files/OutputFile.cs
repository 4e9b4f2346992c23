using DistConv.Core;

namespace DistConv.Training.Files;

/// <summary>Files that a person asked for: pictures, exports, reports.</summary>
public static class OutputFile
{
    /// <summary>Writes a file beside its place and renames it when it is whole, so that nobody meets half of one; an existing file is replaced.</summary>
    /// <param name="path">The file; its folder is made if there is none.</param>
    /// <param name="what">What the message calls it: "picture", "export".</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InvalidInputException">The file cannot be written; there is none, or still the old one.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            string full = Path.GetFullPath(path);
            if (Directory.Exists(full)) throw new InvalidInputException($"cannot write the {what} '{path}': it is a folder; name a file in it");
            Directory.CreateDirectory(Path.GetDirectoryName(full) ?? full);
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"cannot write the {what} '{path}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
        finally
        {
            Discard(temporary);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left over has a name of its own and harms nobody; the first error matters.
        }
    }
}
