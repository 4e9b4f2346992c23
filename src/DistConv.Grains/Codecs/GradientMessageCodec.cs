using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace DistConv.Grains.Codecs;

/// <summary>
/// Writes a <see cref="GradientMessage"/> as a length and raw little-endian floats (Orleans's own array codec writes element by element). The length is checked before anything is
/// allocated. Copies within a process are the message itself.
/// </summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class GradientMessageCodec : IFieldCodec<GradientMessage>, IDeepCopier<GradientMessage>
{
    /// <summary>The longest block in bytes: what an Orleans message body holds by default (100 MB), less its other fields.</summary>
    public const int MaxBytes = 96 << 20;

    private static readonly FloatBufferPool _pool = new();

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, GradientMessage? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;
        if (value!.LengthBytes > MaxBytes)
            throw new InvalidOperationException($"a gradient of {value.Values.Length} floats does not fit into one message of {MaxBytes} bytes");

        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(GradientMessage), WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)value.LengthBytes);
        ReadOnlySpan<float> values = value.Values.Span;
        if (BitConverter.IsLittleEndian) writer.Write(MemoryMarshal.AsBytes(values));
        else WriteLittleEndian(ref writer, values);
        GC.KeepAlive(value.Values);
    }

    /// <inheritdoc/>
    public GradientMessage? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference) return ReferenceCodec.ReadReference<GradientMessage, TInput>(ref reader, field);
        field.EnsureWireType(WireType.LengthPrefixed);
        uint lengthBytes = reader.ReadVarUInt32();
        if (lengthBytes > MaxBytes || lengthBytes % sizeof(float) != 0)
            throw new SerializerException($"a gradient of {lengthBytes} bytes: expected a multiple of {sizeof(float)}, at most {MaxBytes}");

        reader.EnsureAvailable(lengthBytes);
        FloatBuffer values = _pool.Rent(lengthBytes / sizeof(float));
        Span<float> span = values.Span;
        reader.ReadBytes(MemoryMarshal.AsBytes(span));
        if (!BitConverter.IsLittleEndian) FromLittleEndian(span);
        GradientMessage message = new(values, _pool);
        ReferenceCodec.RecordObject(reader.Session, message);
        return message;
    }

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(input))]
    public GradientMessage? DeepCopy(GradientMessage? input, CopyContext context) => input;

    private static void WriteLittleEndian<TBufferWriter>(ref Writer<TBufferWriter> writer, ReadOnlySpan<float> values)
        where TBufferWriter : IBufferWriter<byte>
    {
        foreach (float value in values) writer.WriteInt32(BitConverter.SingleToInt32Bits(value)); // Orleans integers are little-endian.
    }

    private static void FromLittleEndian(Span<float> values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
