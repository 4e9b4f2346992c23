using System.Buffers.Binary;
using DistConv.Training.Files;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>What the body of a frame is.</summary>
internal enum FrameKind : byte
{
    /// <summary>A subtree's values for the owner of a slice.</summary>
    Part = 1,

    /// <summary>The reduced values of a slice, from its owner.</summary>
    Sum = 2,
}

/// <summary>What the sender knows about a body.</summary>
[Flags]
internal enum FrameFlags : byte
{
    /// <summary>Nothing in particular.</summary>
    None = 0,

    /// <summary>A value of it is not finite.</summary>
    NotFinite = 1,
}

/// <summary>
/// The head of a frame: a slice of a gradient on its way to another silo. On the wire it is 64 bytes, little-endian: magic (4), version (2), kind (1), flags
/// (1), step (8), attempt (8), slice (4), first shard (4), end shard (4), bytes (4), checksum of the body (4), zeros (12), checksum of the 60 bytes before (4).
/// </summary>
/// <param name="Kind">What the body is.</param>
/// <param name="Step">The step, from 0.</param>
/// <param name="Attempt">The attempt at the step, from 0.</param>
/// <param name="Slice">The slice of the gradient, from 0.</param>
/// <param name="FirstShard">The first shard whose samples the values come from.</param>
/// <param name="EndShard">The shard after the last one.</param>
/// <param name="Bytes">Length of the body: floats, so a multiple of 4, at most 2³¹ − 4; 0: there is no body.</param>
/// <param name="Checksum">CRC-32C of the body; <see cref="LaneSender"/> fills it in.</param>
/// <param name="Flags">What is known about the body.</param>
internal readonly record struct FrameHeader(
    FrameKind Kind, long Step, long Attempt, int Slice, int FirstShard, int EndShard, int Bytes, uint Checksum = 0, FrameFlags Flags = FrameFlags.None)
{
    /// <summary>Length on the wire.</summary>
    public const int WireBytes = 64;

    private const uint Magic = 0x46_4C_43_44; // "DCLF" in the order of the bytes.
    private const int SumOffset = WireBytes - sizeof(uint);

    /// <summary>Length of header and body.</summary>
    public long FrameBytes => WireBytes + (long)Bytes;

    /// <summary>Writes the header as it travels.</summary>
    /// <param name="wire"><see cref="WireBytes"/> bytes; overwritten.</param>
    public void Write(Span<byte> wire)
    {
        wire[..WireBytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(wire, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(wire[4..], LaneHello.Version);
        wire[6] = (byte)Kind;
        wire[7] = (byte)Flags;
        BinaryPrimitives.WriteInt64LittleEndian(wire[8..], Step);
        BinaryPrimitives.WriteInt64LittleEndian(wire[16..], Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(wire[24..], Slice);
        BinaryPrimitives.WriteInt32LittleEndian(wire[28..], FirstShard);
        BinaryPrimitives.WriteInt32LittleEndian(wire[32..], EndShard);
        BinaryPrimitives.WriteInt32LittleEndian(wire[36..], Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(wire[40..], Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(wire[SumOffset..], Crc32C.Of(wire[..SumOffset]));
    }

    /// <summary>Reads a header, and checks all that can be checked without knowing the job.</summary>
    /// <param name="wire"><see cref="WireBytes"/> bytes.</param>
    /// <param name="problem">What is wrong with them, as a part of a sentence; empty if nothing is.</param>
    /// <returns>The header; null if it is not one.</returns>
    public static FrameHeader? Read(ReadOnlySpan<byte> wire, out string problem)
    {
        FrameHeader header = new(
            (FrameKind)wire[6],
            BinaryPrimitives.ReadInt64LittleEndian(wire[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(wire[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(wire[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(wire[28..]),
            BinaryPrimitives.ReadInt32LittleEndian(wire[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(wire[36..]),
            BinaryPrimitives.ReadUInt32LittleEndian(wire[40..]),
            (FrameFlags)wire[7]);
        problem = ProblemOf(wire) ?? header.Problem() ?? "";
        return problem.Length == 0 ? header : null;
    }

    private static string? ProblemOf(ReadOnlySpan<byte> wire)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(wire) != Magic) return "what it sent is not a frame";
        if (BinaryPrimitives.ReadUInt16LittleEndian(wire[4..]) is var version and not LaneHello.Version)
            return $"its frame has version {version} instead of {LaneHello.Version}";
        return BinaryPrimitives.ReadUInt32LittleEndian(wire[SumOffset..]) == Crc32C.Of(wire[..SumOffset]) ? null : "the checksum of a frame's header is wrong";
    }

    private string? Problem()
    {
        if (!Enum.IsDefined(Kind)) return $"its frame has the unknown kind {(byte)Kind}";
        if ((Flags & ~FrameFlags.NotFinite) != 0) return $"its frame has unknown flags ({(byte)Flags})";
        if (Step < 0 || Attempt < 0 || Slice < 0) return $"its frame has a negative step, attempt or slice ({Step}, {Attempt}, {Slice})";
        if (FirstShard < 0 || EndShard < FirstShard) return $"its frame names shards {FirstShard} to {EndShard}";
        return Bytes < 0 || Bytes % sizeof(float) != 0 ? $"its frame has an impossible length ({unchecked((uint)Bytes):N0} bytes)" : null;
    }
}
