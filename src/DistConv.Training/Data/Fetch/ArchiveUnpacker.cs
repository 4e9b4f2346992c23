using System.Formats.Tar;
using System.IO.Compression;
using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>Takes known files out of a .tar.gz, and nothing else: what the archive calls itself or its entries never becomes a path.</summary>
internal static class ArchiveUnpacker
{
    /// <summary>Unpacks files: each is written beside its name, flushed and renamed.</summary>
    /// <param name="archive">The archive, verified before.</param>
    /// <param name="wanted">What it must hold; all else in it is passed over.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="stop">Ends it between two files.</param>
    /// <exception cref="InvalidInputException">It is damaged, lacks a file, holds one twice or with another size; or the cache cannot be written.</exception>
    public static void Unpack(string archive, IReadOnlyList<ArchivedFile> wanted, string folder, CancellationToken stop)
    {
        Dictionary<string, ArchivedFile> missing = wanted.ToDictionary(file => file.Path, StringComparer.Ordinal);
        try
        {
            using FileStream packed = new(archive, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            using GZipStream content = new(packed, CompressionMode.Decompress);
            using TarReader reader = new(content);
            while (missing.Count > 0 && reader.GetNextEntry() is { } entry)
            {
                stop.ThrowIfCancellationRequested();
                string path = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                if (!missing.Remove(path, out ArchivedFile? file)) continue;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length != file.Bytes || entry.DataStream is null)
                    throw new InvalidInputException($"'{archive}' holds {path} as a {entry.EntryType} of {entry.Length:N0} bytes; a file of {file.Bytes:N0} was expected");
                Write(entry.DataStream, file, folder);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidInputException($"'{archive}' is a damaged .tar.gz file; remove it and fetch it again", e);
        }
        catch (Exception e) when (DataCache.IsRefusal(e))
        {
            throw DataCache.CannotWrite(folder, e);
        }

        if (missing.Count > 0) throw new InvalidInputException($"'{archive}' lacks {string.Join(", ", missing.Keys)}; remove it and fetch it again");
    }

    private static void Write(Stream content, ArchivedFile file, string folder)
    {
        PartFile part = new(Path.Combine(folder, file.Name));
        part.Discard();
        using (FileStream open = part.Open()) content.CopyTo(open, 1 << 16);
        if (part.Length != file.Bytes) throw new EndOfStreamException();
        part.Publish();
    }
}
