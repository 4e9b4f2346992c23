namespace DistConv.Training.Snapshots;

/// <summary>
/// The layout of a snapshot file (all integers little-endian):
/// <code>
/// offset  bytes
/// 0       8      magic: 89 'D' 'C' 'S' 0D 0A 1A 0A (a transfer in text mode damages it visibly)
/// 8       4      version of the file format
/// 12      4      H, length of the header
/// 16      H      header: MessagePack, with the block table
/// 16 + H  32     SHA-256 of everything before it: the header can be trusted without reading the tensors
/// 48 + H  B      tensor blocks: raw float32, one directly after the other
/// …       32     SHA-256 of everything before it
/// </code>
/// </summary>
internal static class SnapshotFormat
{
    public const uint Version = 1;
    public const int PrefixBytes = 16;
    public const int SealBytes = 32;

    /// <summary>More than a header ever has (10,000 epochs and 1,000 tensors take 2 MB); bounds what a damaged length can allocate.</summary>
    public const int MaxHeaderBytes = 64 << 20;

    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'D', (byte)'C', (byte)'S', 0x0D, 0x0A, 0x1A, 0x0A];
}
