using System.Buffers.Binary;
using System.Text;

namespace DistConv.Cli.Tests.Support;

/// <summary>A Protobuf message, read by field numbers: no more than a test of OTLP needs.</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly List<(int Field, ulong Number, byte[] Content)> _fields = [];

    public ProtoMessage(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            ulong key = ReadVarint(ref message);
            (int field, int type) = ((int)(key >> 3), (int)(key & 7));
            switch (type)
            {
                case Varint:
                    _fields.Add((field, ReadVarint(ref message), []));
                    break;
                case Fixed64:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message), []));
                    message = message[sizeof(ulong)..];
                    break;
                case Bytes:
                    int length = (int)ReadVarint(ref message);
                    _fields.Add((field, 0, message[..length].ToArray()));
                    message = message[length..];
                    break;
                case Fixed32:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message), []));
                    message = message[sizeof(uint)..];
                    break;
                default:
                    throw new InvalidDataException($"field {field} has wire type {type}");
            }
        }
    }

    /// <summary>All messages of a repeated field.</summary>
    public IEnumerable<ProtoMessage> All(int field) => _fields.Where(entry => entry.Field == field).Select(entry => new ProtoMessage(entry.Content));

    /// <summary>All messages along a path of fields.</summary>
    public IEnumerable<ProtoMessage> Along(params int[] path) => path is [var first, .. var rest] ? All(first).SelectMany(inner => inner.Along(rest)) : [this];

    public bool Has(int field) => _fields.Exists(entry => entry.Field == field);

    public string Text(int field) => Encoding.UTF8.GetString(Content(field));

    public string Hex(int field) => Convert.ToHexString(Content(field));

    public ulong Number(int field) => _fields.Find(entry => entry.Field == field).Number;

    public double Real(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    private byte[] Content(int field) => _fields.Find(entry => entry.Field == field).Content ?? [];

    private static ulong ReadVarint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
