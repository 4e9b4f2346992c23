using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>
/// What a silo says first on a connection. On the wire: magic (4), version (2), length of silo and of job (2 each), zeros (6), fence (8), token (16), then silo
/// and job in UTF-8.
/// </summary>
/// <param name="Token">The token from the peer.</param>
/// <param name="Silo">The silo that connects: address, port and generation.</param>
/// <param name="Job">The job's id.</param>
/// <param name="Fence">The coordinator's fence.</param>
internal readonly record struct LaneHello(Guid Token, string Silo, string Job, long Fence)
{
    /// <summary>The version of hello, reply and frames.</summary>
    public const ushort Version = 1;

    /// <summary>Bytes before silo and job.</summary>
    public const int HeadBytes = 40;

    /// <summary>The longest silo or job, in bytes.</summary>
    public const int MaxTextBytes = 256;

    private const uint Magic = 0x48_4C_43_44; // "DCLH" in the order of the bytes.

    /// <summary>The hello as it travels.</summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="ArgumentException">Silo or job are longer than <see cref="MaxTextBytes"/>.</exception>
    public byte[] ToBytes()
    {
        int silo = Encoding.UTF8.GetByteCount(Silo), job = Encoding.UTF8.GetByteCount(Job);
        if (silo > MaxTextBytes || job > MaxTextBytes) throw new ArgumentException($"silo and job may have {MaxTextBytes} bytes each, not {silo} and {job}");
        byte[] wire = new byte[HeadBytes + silo + job];
        BinaryPrimitives.WriteUInt32LittleEndian(wire, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(wire.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(wire.AsSpan(6), (ushort)silo);
        BinaryPrimitives.WriteUInt16LittleEndian(wire.AsSpan(8), (ushort)job);
        BinaryPrimitives.WriteInt64LittleEndian(wire.AsSpan(16), Fence);
        Token.TryWriteBytes(wire.AsSpan(24));
        Encoding.UTF8.GetBytes(Silo, wire.AsSpan(HeadBytes));
        Encoding.UTF8.GetBytes(Job, wire.AsSpan(HeadBytes + silo));
        return wire;
    }

    /// <summary>Reads a hello from a connection.</summary>
    /// <param name="socket">The connection, blocking.</param>
    /// <param name="problem">What to answer if it is not a hello.</param>
    /// <returns>The hello, or null.</returns>
    public static LaneHello? Receive(Socket socket, out LaneAnswer problem)
    {
        Span<byte> wire = stackalloc byte[HeadBytes + (2 * MaxTextBytes)];
        problem = LaneAnswer.NotAHello;
        if (LaneSocket.ReceiveAll(socket, wire[..HeadBytes]) < HeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(wire) != Magic) return null;
        if (BinaryPrimitives.ReadUInt16LittleEndian(wire[4..]) != Version)
        {
            problem = LaneAnswer.OtherVersion;
            return null;
        }

        int silo = BinaryPrimitives.ReadUInt16LittleEndian(wire[6..]), job = BinaryPrimitives.ReadUInt16LittleEndian(wire[8..]);
        if (silo > MaxTextBytes || job > MaxTextBytes) return null;
        Span<byte> texts = wire.Slice(HeadBytes, silo + job);
        return LaneSocket.ReceiveAll(socket, texts) < texts.Length
            ? null
            : new LaneHello(
                new Guid(wire.Slice(24, 16)),
                Encoding.UTF8.GetString(texts[..silo]),
                Encoding.UTF8.GetString(texts[silo..]),
                BinaryPrimitives.ReadInt64LittleEndian(wire[16..]));
    }
}
