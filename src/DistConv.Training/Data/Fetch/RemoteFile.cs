namespace DistConv.Training.Data.Fetch;

/// <summary>What the pinned SHA-256 of a file is taken over.</summary>
public enum PinnedBytes
{
    /// <summary>The file as it is served: a packed file, or an archive.</summary>
    AsServed,

    /// <summary>What a served gzip file unpacks to, so that any packing of the right content is right.</summary>
    Unpacked,
}

/// <summary>One file of a data set on its mirrors. All files here are packed by gzip.</summary>
/// <param name="Name">Its name, on the mirrors and in the cache.</param>
/// <param name="Bytes">Its size as served; with <see cref="PinnedBytes.Unpacked"/>, another packing may have another size, up to twice this.</param>
/// <param name="Pin">What <paramref name="Sha256"/> is taken over.</param>
/// <param name="Sha256">The pinned sum: 64 lower-case hexadecimal digits.</param>
public sealed record RemoteFile(string Name, long Bytes, PinnedBytes Pin, string Sha256)
{
    /// <summary>How many bytes are read from a server at most.</summary>
    internal long LargestBytes => Pin == PinnedBytes.AsServed ? Bytes : (2 * Bytes) + 65_536;

    /// <summary>Whether a file of this length can be the whole file.</summary>
    internal bool MayBeWhole(long length) => Pin == PinnedBytes.AsServed ? length == Bytes : length is > 0 && length <= LargestBytes;
}

/// <summary>A file that a data set's archive holds.</summary>
/// <param name="Path">Its path inside the archive, with '/'.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ArchivedFile(string Path, long Bytes)
{
    /// <summary>Its name in the cache.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
