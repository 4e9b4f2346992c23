using System.Buffers.Binary;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>The answer to a hello.</summary>
internal enum LaneAnswer : byte
{
    /// <summary>Frames may follow.</summary>
    Accepted = 1,

    /// <summary>It is not a hello.</summary>
    NotAHello = 2,

    /// <summary>It has another version.</summary>
    OtherVersion = 3,

    /// <summary>Nobody gave such a token, or it does not count any more.</summary>
    UnknownToken = 4,

    /// <summary>The token was given to another silo.</summary>
    OtherSilo = 5,

    /// <summary>The token was given for another job.</summary>
    OtherJob = 6,

    /// <summary>The token was given for another fence.</summary>
    OtherFence = 7,
}

/// <summary>The answer as it travels: magic (4), version (2), answer (1), zero (1).</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Version">The version of the silo that answers.</param>
internal readonly record struct LaneReply(LaneAnswer Answer, ushort Version = LaneHello.Version)
{
    /// <summary>Length on the wire.</summary>
    public const int WireBytes = 8;

    private const uint Magic = 0x52_4C_43_44; // "DCLR" in the order of the bytes.

    /// <summary>What the answer means, as a part of a sentence.</summary>
    public string Reason => Answer switch
    {
        LaneAnswer.Accepted => "it accepts the connection",
        LaneAnswer.NotAHello => "it does not recognise the hello",
        LaneAnswer.OtherVersion => $"it speaks version {Version} of the lane, and this silo version {LaneHello.Version}",
        LaneAnswer.UnknownToken => "it does not know the token: it was used or replaced, or the job was closed there",
        LaneAnswer.OtherSilo => "the token was given to another silo",
        LaneAnswer.OtherJob => "the token was given for another job",
        LaneAnswer.OtherFence => "the token was given for another fence",
        _ => $"it gives the unknown answer {(byte)Answer}",
    };

    /// <summary>Writes the reply as it travels.</summary>
    /// <param name="wire"><see cref="WireBytes"/> bytes; overwritten.</param>
    public void Write(Span<byte> wire)
    {
        wire[..WireBytes].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(wire, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(wire[4..], Version);
        wire[6] = (byte)Answer;
    }

    /// <summary>Reads a reply.</summary>
    /// <param name="wire"><see cref="WireBytes"/> bytes.</param>
    /// <returns>The reply; null if it is not one.</returns>
    public static LaneReply? Read(ReadOnlySpan<byte> wire) => BinaryPrimitives.ReadUInt32LittleEndian(wire) == Magic
        ? new LaneReply((LaneAnswer)wire[6], BinaryPrimitives.ReadUInt16LittleEndian(wire[4..]))
        : null;
}
