using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>A file on its way: what has arrived of it is kept beside its final name, and survives the process. Only the holder of the folder's lock uses
/// it.</summary>
/// <param name="finalPath">Where the file will stand when it is whole and verified.</param>
internal sealed class PartFile(string finalPath)
{
    /// <summary>Ending of files that are not whole, or not verified.</summary>
    public const string Ending = ".part";

    /// <summary>Where it is now.</summary>
    public string FilePath { get; } = finalPath + Ending;

    /// <summary>How much of it is here.</summary>
    public long Length => new FileInfo(FilePath) is { Exists: true } info ? info.Length : 0;

    /// <summary>Opens it to be continued.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public FileStream Open() => Guard(() => new FileStream(FilePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0));

    /// <summary>Forgets what has arrived.</summary>
    /// <exception cref="InvalidInputException">It cannot be removed.</exception>
    public void Discard() => Guard(() =>
    {
        File.Delete(FilePath);
        return true;
    });

    /// <summary>Whether what has arrived begins as gzip files do; also if too little has arrived to tell.</summary>
    public bool MayBeGzip() => Guard(() =>
    {
        using FileStream file = new(FilePath, FileMode.Open, FileAccess.Read);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, 2, throwOnEndOfStream: false) < 2 || (start[0] == 0x1F && start[1] == 0x8B);
    });

    /// <summary>Gives it its final name, on the disk first.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public void Publish() => Guard(() =>
    {
        using (FileStream file = new(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.Read)) file.Flush(flushToDisk: true);
        File.Move(FilePath, finalPath, overwrite: true);
        return true;
    });

    /// <summary>Adds bytes.</summary>
    /// <exception cref="InvalidInputException">The disk is full, or refuses otherwise.</exception>
    public void Append(FileStream open, ReadOnlyMemory<byte> bytes) => Guard(() =>
    {
        open.Write(bytes.Span);
        return true;
    });

    private T Guard<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception e) when (DataCache.IsRefusal(e))
        {
            throw DataCache.CannotWrite(FilePath, e);
        }
    }
}
