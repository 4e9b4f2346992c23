using Google.Protobuf;

namespace DistConv.Filters.Exports.Onnx;

/// <summary>A protocol-buffer message that is put together field by field, by number, and written once its length is known.</summary>
internal sealed class ProtoMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];
    private int _sizeBytes;

    /// <summary>Adds a whole number or an enumeration.</summary>
    public ProtoMessage Add(int field, long value) => Add(
        field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), stream => stream.WriteInt64(value));

    /// <summary>Adds a float.</summary>
    public ProtoMessage Add(int field, float value) => Add(field, WireFormat.WireType.Fixed32, sizeof(float), stream => stream.WriteFloat(value));

    /// <summary>Adds a text.</summary>
    public ProtoMessage Add(int field, string value) => Add(
        field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(value), stream => stream.WriteString(value));

    /// <summary>Adds bytes, which are not copied.</summary>
    public ProtoMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        ByteString bytes = UnsafeByteOperations.UnsafeWrap(value);
        return Add(field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeBytesSize(bytes), stream => stream.WriteBytes(bytes));
    }

    /// <summary>Adds a message, which is complete.</summary>
    public ProtoMessage Add(int field, ProtoMessage value) => Add(
        field, WireFormat.WireType.LengthDelimited, checked(CodedOutputStream.ComputeLengthSize(value._sizeBytes) + value._sizeBytes), stream =>
        {
            stream.WriteLength(value._sizeBytes);
            value.WriteTo(stream);
        });

    /// <summary>Adds several values of one field, in order.</summary>
    public ProtoMessage AddAll(int field, IEnumerable<long> values)
    {
        foreach (long value in values) Add(field, value);
        return this;
    }

    /// <summary>Writes the message.</summary>
    public void WriteTo(Stream stream)
    {
        using CodedOutputStream output = new(stream, leaveOpen: true);
        WriteTo(output);
    }

    private void WriteTo(CodedOutputStream stream)
    {
        foreach (Action<CodedOutputStream> field in _fields) field(stream);
    }

    private ProtoMessage Add(int field, WireFormat.WireType type, int sizeBytes, Action<CodedOutputStream> write)
    {
        _sizeBytes = checked(_sizeBytes + CodedOutputStream.ComputeTagSize(field) + sizeBytes);
        _fields.Add(stream =>
        {
            stream.WriteTag(field, type);
            write(stream);
        });
        return this;
    }
}
