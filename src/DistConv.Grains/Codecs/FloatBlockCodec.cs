using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using DistConv.Grains.Contracts;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace DistConv.Grains.Codecs;

/// <summary>Writes a <see cref="FloatBlock"/> as a length and raw floats; checks the length before it allocates. Copies within a process are the
/// block itself.</summary>
[RegisterSerializer]
[RegisterCopier]
public sealed class FloatBlockCodec : IFieldCodec<FloatBlock>, IDeepCopier<FloatBlock>
{
    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, FloatBlock? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType, value)) return;
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(FloatBlock), WireType.LengthPrefixed);
        RawFloats.WriteLength(ref writer, value!.Values.Length);
        RawFloats.Write(ref writer, value.Values.Span);
    }

    /// <inheritdoc/>
    public FloatBlock? ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType == WireType.Reference) return ReferenceCodec.ReadReference<FloatBlock, TInput>(ref reader, field);
        field.EnsureWireType(WireType.LengthPrefixed);
        float[] values = GC.AllocateUninitializedArray<float>(RawFloats.ReadLength(ref reader));
        RawFloats.Read(ref reader, values);
        FloatBlock block = new(values);
        ReferenceCodec.RecordObject(reader.Session, block);
        return block;
    }

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(input))]
    public FloatBlock? DeepCopy(FloatBlock? input, CopyContext context) => input;
}
