using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace DistConv.Grains.Codecs;

/// <summary>
/// Writes a <see cref="GradientMessage"/> as a length, its place and raw floats (Orleans's own array codec writes element by element), and reads it into
/// its place in a pooled block, after checking both. Copies within a process are the message itself.
/// </summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class GradientMessageCodec : IFieldCodec<GradientMessage>, IDeepCopier<GradientMessage>
{
    /// <summary>Which parameters they are, as many bytes as two floats: the first, and how many there are.</summary>
    private const int HeaderLength = 2;

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, GradientMessage? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(GradientMessage), WireType.LengthPrefixed);
        RawFloats.WriteLength(ref writer, HeaderLength + value!.Length);
        (int first, int length) = value.Arrival;
        writer.WriteInt32(first);
        writer.WriteInt32(length);
        RawFloats.Write(ref writer, value.Span);
        GC.KeepAlive(value);
    }

    /// <inheritdoc/>
    public GradientMessage? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference) return ReferenceCodec.ReadReference<GradientMessage, TInput>(ref reader, field);
        field.EnsureWireType(WireType.LengthPrefixed);
        int length = RawFloats.ReadLength(ref reader) - HeaderLength;
        if (length < 0) throw new SerializerException("a gradient without its header");
        int first = reader.ReadInt32(), parameters = reader.ReadInt32();
        if (first < 0 || parameters > RawFloats.MaxBytes / sizeof(float) || (long)first + length > parameters)
            throw new SerializerException($"{length} gradients from parameter {first} on, of {parameters}");
        FloatBuffer values = FloatBufferPool.Shared.Rent(parameters);
        RawFloats.Read(ref reader, values.Span.Slice(first, length));
        GradientMessage message = new(values, first, length, FloatBufferPool.Shared);
        ReferenceCodec.RecordObject(reader.Session, message);
        return message;
    }

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(input))]
    public GradientMessage? DeepCopy(GradientMessage? input, CopyContext context) => input;
}
