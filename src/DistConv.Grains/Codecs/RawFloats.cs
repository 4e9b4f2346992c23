using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DistConv.Training.Metrics;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;

namespace DistConv.Grains.Codecs;

/// <summary>A length in bytes and raw little-endian floats: the body of a field that holds many.</summary>
internal static class RawFloats
{
    /// <summary>The longest block in bytes: what an Orleans message body holds by default (100 MB), less its other fields.</summary>
    public const int MaxBytes = 96 << 20;

    /// <summary>Writes the length.</summary>
    /// <typeparam name="TBufferWriter">Where to.</typeparam>
    /// <param name="writer">The writer, after the field's header (length-prefixed).</param>
    /// <param name="count">Number of floats that will follow.</param>
    /// <exception cref="SerializerException">They are more than <see cref="MaxBytes"/>.</exception>
    public static void WriteLength<TBufferWriter>(ref Writer<TBufferWriter> writer, int count)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (count > MaxBytes / sizeof(float)) throw new SerializerException($"{count} floats do not fit into one message of {MaxBytes} bytes");
        writer.WriteVarUInt32((uint)count * sizeof(float));
    }

    /// <summary>Writes values.</summary>
    /// <typeparam name="TBufferWriter">Where to.</typeparam>
    /// <param name="writer">The writer, after <see cref="WriteLength"/>.</param>
    /// <param name="values">The values.</param>
    public static void Write<TBufferWriter>(ref Writer<TBufferWriter> writer, ReadOnlySpan<float> values)
        where TBufferWriter : IBufferWriter<byte>
    {
        Telemetry.AddSent((long)values.Length * sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            writer.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (float value in values) writer.WriteInt32(BitConverter.SingleToInt32Bits(value)); // Orleans's integers are little-endian.
    }

    /// <summary>Reads and checks the length.</summary>
    /// <typeparam name="TInput">Where from.</typeparam>
    /// <param name="reader">The reader, after the field's header.</param>
    /// <returns>Number of floats that follow; the message has as many.</returns>
    /// <exception cref="SerializerException">The length is impossible.</exception>
    public static int ReadLength<TInput>(ref Reader<TInput> reader)
    {
        uint lengthBytes = reader.ReadVarUInt32();
        if (lengthBytes > MaxBytes || lengthBytes % sizeof(float) != 0)
            throw new SerializerException($"a block of {lengthBytes} bytes: expected a multiple of {sizeof(float)}, at most {MaxBytes}");
        reader.EnsureAvailable(lengthBytes);
        return (int)(lengthBytes / sizeof(float));
    }

    /// <summary>Reads values.</summary>
    /// <typeparam name="TInput">Where from.</typeparam>
    /// <param name="reader">The reader, after <see cref="ReadLength"/>.</param>
    /// <param name="values">Overwritten; as long as <see cref="ReadLength"/> said.</param>
    public static void Read<TInput>(ref Reader<TInput> reader, Span<float> values)
    {
        reader.ReadBytes(MemoryMarshal.AsBytes(values));
        Telemetry.AddReceived((long)values.Length * sizeof(float));
        if (BitConverter.IsLittleEndian) return;
        Span<int> bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
