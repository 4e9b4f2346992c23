namespace DistConv.Training.Snapshots;

/// <summary>Files that appear complete or not at all, and that never replace another.</summary>
internal static class AtomicFile
{
    /// <summary>Ending of files that are still being written.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>
    /// Writes a temporary file beside the target and renames it when it is complete. Journaling file systems keep the order of renames and later removals, so
    /// what is removed afterwards does not disappear before the new name is there.
    /// </summary>
    /// <param name="path">The target; its folder exists.</param>
    /// <param name="durable">Whether the content is flushed to the disk before the rename.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The target exists, or the disk refuses.</exception>
    public static void Publish(string path, bool durable, Action<FileStream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}{TemporaryEnding}";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: durable);
            }

            File.Move(temporary, path, overwrite: false);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Reads a small file that another process may be writing to or removing.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content, or null when it is gone.</returns>
    public static byte[]? TryReadAllBytes(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream content = new();
            stream.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Removes a file that is not needed any more. A file that another process holds open (Windows) stays, and is removed another time.</summary>
    /// <param name="path">The file.</param>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on its absence.
        }
    }
}
