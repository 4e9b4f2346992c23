namespace DistConv.Training.Data.Fetch;

/// <summary>A data set that can be fetched.</summary>
/// <param name="Name">Its name, and that of its folder in the cache.</param>
/// <param name="Mirrors">Folders that serve its files, tried in this order; each ends with '/'.</param>
/// <param name="Files">The files that are fetched.</param>
/// <param name="Archived">If the only file is an archive (.tar.gz): what is unpacked from it; the archive itself is not kept. Else empty.</param>
public sealed record RemoteSet(string Name, IReadOnlyList<Uri> Mirrors, IReadOnlyList<RemoteFile> Files, IReadOnlyList<ArchivedFile> Archived)
{
    /// <summary>How many bytes are fetched, about.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>The files that a complete folder holds.</summary>
    public IReadOnlyList<string> FinalNames => [.. Archived.Count > 0 ? Archived.Select(file => file.Name) : Files.Select(file => file.Name)];

    /// <summary>Whether a folder of the cache holds every file. Names hold verified files only, so their sizes are all that is looked at.</summary>
    /// <param name="folder">The folder.</param>
    public bool IsComplete(string folder)
    {
        return Archived.Count > 0
            ? Archived.All(file => Length(file.Name) == file.Bytes)
            : Files.All(file => file.MayBeWhole(Length(file.Name)));

        long Length(string name) => new FileInfo(Path.Combine(folder, name)) is { Exists: true } info ? info.Length : -1;
    }
}
