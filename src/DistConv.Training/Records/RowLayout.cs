using System.Buffers.Binary;
using DistConv.Training.Files;

namespace DistConv.Training.Records;

/// <summary>
/// Where everything stands in a row of a job's record. All rows of a segment have the same width, a checksum and a step, so that a reader finds each by its
/// number. Little-endian; positions and lengths in bytes:
/// <code>
///  0  u32 CRC-32C of the bytes after it       48  f32 learning rate             Norms, for each layer:
///  4  u8  kind                                52  i32 samples                   16  f32 gradient norm, f32 weight norm
///  5  u8  1: the text goes on in the next row 56  i32 shards computed again
///  6  u16 length of the text in this row      60  u32 0                         Text, in UTF-8 as JSON:
///  8  i64 step                                64  f32 compute, exchange,        16  as many bytes as the row has
/// Step:                                           reduce, update (milliseconds)
/// 16  i64 time (Unix, microseconds; 0: unknown)80 i64 bytes that left a process
/// 24  f64 loss                                88  u64 0
/// 32  f64 accuracy                            96  u64 hash of each layer
/// 40  f64 wall time (milliseconds)
/// </code>
/// A segment begins with a head: "DCRECORD", u32 version, u32 layers, u32 row width, u32 CRC-32C of these 20 bytes.
/// </summary>
internal static class RowLayout
{
    public const int HeadBytes = 24;
    public const int Version = 1;
    public const int Kind = 4, GoesOn = 5, TextLength = 6, Step = 8, Body = 16;
    public const int Time = 16, Loss = 24, Accuracy = 32, Milliseconds = 40, Rate = 48, Samples = 52, Retried = 56, Phases = 64, Bytes = 80, Hashes = 96;

    /// <summary>More layers than any model has.</summary>
    private const int MaxLayers = 1 << 16;
    private const int HeadLayers = 12, HeadRowBytes = 16, HeadChecksum = 20;

    private static ReadOnlySpan<byte> Magic => "DCRECORD"u8;

    /// <summary>Width of a row.</summary>
    /// <param name="layers">Layers with parameters.</param>
    /// <returns>Bytes.</returns>
    public static int RowBytes(int layers) => Hashes + (layers * sizeof(ulong));

    /// <summary>Writes the head of a segment.</summary>
    /// <param name="head"><see cref="HeadBytes"/> bytes.</param>
    /// <param name="layers">Layers with parameters.</param>
    public static void WriteHead(Span<byte> head, int layers)
    {
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[Magic.Length..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(head[HeadLayers..], layers);
        BinaryPrimitives.WriteInt32LittleEndian(head[HeadRowBytes..], RowBytes(layers));
        BinaryPrimitives.WriteUInt32LittleEndian(head[HeadChecksum..], Crc32C.Of(head[..HeadChecksum]));
    }

    /// <summary>Reads the head of a segment.</summary>
    /// <param name="head">The segment's first bytes.</param>
    /// <param name="layers">Layers with parameters.</param>
    /// <returns>False if it is cut short, damaged or of another version.</returns>
    public static bool TryReadHead(ReadOnlySpan<byte> head, out int layers)
    {
        layers = 0;
        if (head.Length < HeadBytes || !head.StartsWith(Magic) || BinaryPrimitives.ReadInt32LittleEndian(head[Magic.Length..]) != Version) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[HeadChecksum..]) != Crc32C.Of(head[..HeadChecksum])) return false;
        layers = BinaryPrimitives.ReadInt32LittleEndian(head[HeadLayers..]);
        return layers is >= 0 and <= MaxLayers && BinaryPrimitives.ReadInt32LittleEndian(head[HeadRowBytes..]) == RowBytes(layers);
    }

    /// <summary>Closes a row that is filled in.</summary>
    /// <param name="row">The row.</param>
    public static void Seal(Span<byte> row) => BinaryPrimitives.WriteUInt32LittleEndian(row, Crc32C.Of(row[sizeof(uint)..]));

    /// <summary>Whether a row is as it was written.</summary>
    /// <param name="row">The row.</param>
    /// <returns>False if it is damaged.</returns>
    public static bool IsWhole(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadUInt32LittleEndian(row) == Crc32C.Of(row[sizeof(uint)..]);

    /// <summary>Whether the row after this one belongs to the same entry.</summary>
    /// <param name="row">The row.</param>
    /// <returns>True of norms, which stand before their step, and of a text that goes on.</returns>
    public static bool IsContinued(ReadOnlySpan<byte> row) => (RowKind)row[Kind] == RowKind.Norms || row[GoesOn] != 0;
}

/// <summary>What a row holds.</summary>
internal enum RowKind : byte
{
    /// <summary>What a step measured.</summary>
    Step = 1,

    /// <summary>The norms of the step in the row after it.</summary>
    Norms = 2,

    /// <summary>An event, or a part of it.</summary>
    Text = 3,
}
