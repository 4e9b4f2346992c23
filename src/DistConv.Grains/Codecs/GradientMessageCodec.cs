using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace DistConv.Grains.Codecs;

/// <summary>
/// Writes a <see cref="GradientMessage"/> as a length and raw floats (Orleans's own array codec writes element by element), and reads it into a
/// pooled block, after checking its length. Copies within a process are the message itself.
/// </summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class GradientMessageCodec : IFieldCodec<GradientMessage>, IDeepCopier<GradientMessage>
{
    private static readonly FloatBufferPool _pool = new();

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, GradientMessage? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(GradientMessage), WireType.LengthPrefixed);
        RawFloats.Write(ref writer, value!.Span);
        GC.KeepAlive(value);
    }

    /// <inheritdoc/>
    public GradientMessage? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference) return ReferenceCodec.ReadReference<GradientMessage, TInput>(ref reader, field);
        field.EnsureWireType(WireType.LengthPrefixed);
        FloatBuffer values = _pool.Rent(RawFloats.ReadLength(ref reader));
        RawFloats.Read(ref reader, values.Span);
        GradientMessage message = new(values, _pool);
        ReferenceCodec.RecordObject(reader.Session, message);
        return message;
    }

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(input))]
    public GradientMessage? DeepCopy(GradientMessage? input, CopyContext context) => input;
}
