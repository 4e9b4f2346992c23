using System.Buffers.Binary;
using System.Text;

namespace DistConv.Cli.Tests.Support;

/// <summary>A record of an event file.</summary>
internal sealed record ReadEvent(double WallTime, long Step, string? FileVersion, IReadOnlyList<ReadValue> Values)
{
    /// <summary>The scalar of a tag; null if the event has none.</summary>
    public float? Scalar(string tag) => Values.SingleOrDefault(value => value.Tag == tag)?.Scalar;
}

/// <summary>A value of a summary: one of the three is there.</summary>
internal sealed record ReadValue(string Tag, float? Scalar, ReadImage? Image, ReadHistogram? Histogram);

/// <summary>A picture.</summary>
internal sealed record ReadImage(int Height, int Width, int Colorspace, byte[] Png);

/// <summary>A histogram.</summary>
internal sealed record ReadHistogram(double Min, double Max, double Num, double Sum, double SumSquares, double[] BucketLimits, double[] Buckets);

/// <summary>
/// Reads TensorBoard's event files as the format describes them: with a checksum and a walker over fields of its own, and nothing of the writer's.
/// </summary>
internal static class EventFileReader
{
    private static readonly uint[] _crc = [.. Enumerable.Range(0, 256).Select(value =>
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        return crc;
    })];

    /// <summary>Reads a file, also while it grows.</summary>
    /// <exception cref="InvalidDataException">A record is cut short or damaged.</exception>
    public static IReadOnlyList<ReadEvent> ReadFile(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Read(bytes);
    }

    /// <summary>Reads the records of a file.</summary>
    /// <exception cref="InvalidDataException">A record is cut short or damaged.</exception>
    public static IReadOnlyList<ReadEvent> Read(ReadOnlySpan<byte> file)
    {
        List<ReadEvent> events = [];
        while (!file.IsEmpty)
        {
            Ensure(file.Length >= 12, "a head is cut short");
            Ensure(Masked(file[..8]) == BinaryPrimitives.ReadUInt32LittleEndian(file[8..]), "the checksum of a length is wrong");
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
            Ensure(file.Length >= length + 16, "a message is cut short");
            ReadOnlySpan<byte> message = file.Slice(12, length);
            Ensure(Masked(message) == BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]), "the checksum of a message is wrong");
            events.Add(Event(message));
            file = file[(16 + length)..];
        }

        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes) crc = (crc >> 8) ^ _crc[(crc ^ value) & 0xFF];
        crc ^= 0xFFFFFFFF;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    private static void Ensure(bool condition, string problem)
    {
        if (!condition) throw new InvalidDataException(problem);
    }

    private static ReadEvent Event(ReadOnlySpan<byte> message)
    {
        Fields fields = new(message);
        IReadOnlyList<ReadValue> values = fields.Find(5) is { } summary ? [.. new Fields(summary).All(1).Select(Value)] : [];
        return new ReadEvent(fields.Double(1), (long)fields.Number(2), fields.Find(3) is { } version ? Encoding.UTF8.GetString(version) : null, values);
    }

    private static ReadValue Value(byte[] message)
    {
        Fields fields = new(message);
        return new ReadValue(
            Encoding.UTF8.GetString(fields.Find(1)!),
            fields.Has(2) ? BitConverter.UInt32BitsToSingle((uint)fields.Number(2)) : null,
            fields.Find(4) is { } image ? Image(new Fields(image)) : null,
            fields.Find(5) is { } histogram ? Histogram(new Fields(histogram)) : null);
    }

    private static ReadImage Image(Fields fields) => new((int)fields.Number(1), (int)fields.Number(2), (int)fields.Number(3), fields.Find(4)!);

    private static ReadHistogram Histogram(Fields fields) => new(
        fields.Double(1), fields.Double(2), fields.Double(3), fields.Double(4), fields.Double(5), Doubles(fields.Find(6)!), Doubles(fields.Find(7)!));

    private static double[] Doubles(byte[] packed) =>
        [.. Enumerable.Range(0, packed.Length / 8).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(packed.AsSpan(8 * i)))];

    /// <summary>The fields of a message by number.</summary>
    private sealed class Fields
    {
        private readonly List<(int Number, ulong Value, byte[]? Bytes)> _fields = [];

        public Fields(ReadOnlySpan<byte> message)
        {
            while (!message.IsEmpty)
            {
                ulong tag = Varint(ref message);
                switch (tag & 7)
                {
                    case 0:
                        _fields.Add(((int)(tag >> 3), Varint(ref message), null));
                        break;
                    case 1:
                        _fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadUInt64LittleEndian(message), null));
                        message = message[8..];
                        break;
                    case 2:
                        int length = (int)Varint(ref message);
                        _fields.Add(((int)(tag >> 3), 0, message[..length].ToArray()));
                        message = message[length..];
                        break;
                    case 5:
                        _fields.Add(((int)(tag >> 3), BinaryPrimitives.ReadUInt32LittleEndian(message), null));
                        message = message[4..];
                        break;
                    default:
                        throw new InvalidDataException($"unknown wire type {tag & 7}");
                }
            }
        }

        public bool Has(int number) => _fields.Exists(field => field.Number == number);

        public ulong Number(int number) => _fields.LastOrDefault(field => field.Number == number).Value;

        public double Double(int number) => BitConverter.UInt64BitsToDouble(Number(number));

        public byte[]? Find(int number) => _fields.LastOrDefault(field => field.Number == number).Bytes;

        public IEnumerable<byte[]> All(int number) => _fields.Where(field => field.Number == number).Select(field => field.Bytes!);

        private static ulong Varint(ref ReadOnlySpan<byte> message)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte part = message[0];
                message = message[1..];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80) return value;
            }
        }
    }
}
