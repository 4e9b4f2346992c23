using System.Buffers.Binary;
using System.IO.Compression;
using DistConv.Core;
using DistConv.Training.Data.Idx;
using DistConv.Training.Files;

namespace DistConv.Training.Data.Npz;

/// <summary>An array of an npz file, as an IDX file has it: its type, its dimensions, and its values big-endian. Whole numbers of more than 16 bits without a
/// type of IDX become int32.</summary>
/// <param name="Where">What messages call it.</param>
/// <param name="Type">The type, one of IDX's.</param>
/// <param name="Sizes">Its dimensions, at least one, each at least 1.</param>
/// <param name="Values">Its values.</param>
internal sealed record NpzArray(string Where, byte Type, uint[] Sizes, byte[] Values)
{
    /// <summary>Samples.</summary>
    public int Count => (int)Sizes[0];

    /// <summary>Its magic number as an IDX file.</summary>
    public uint Magic => ((uint)Type << 8) | (uint)Sizes.Length;

    /// <summary>Reads an array. Nothing is allocated that the archive could not hold.</summary>
    /// <param name="entry">The array in its archive.</param>
    /// <param name="archiveBytes">Length of the archive.</param>
    /// <param name="where">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is of another type or order, or has more or fewer values than its header says.</exception>
    public static NpzArray Read(ZipArchiveEntry entry, long archiveBytes, string where)
    {
        using Stream stream = entry.Open();
        NpyHeader header = NpyHeader.Read(stream, where);
        (int width, byte type) = TypeOf(header.Type, where);
        string shape = string.Join(" × ", header.Shape);
        if (header.IsFortran && header.Shape.Count > 1)
            throw new InvalidInputException($"{where} is in Fortran order; save numpy.ascontiguousarray(a), which is in C order");
        if (header.Shape.Count == 0) throw new InvalidInputException($"{where} is a single value; give an array with a row for each sample");
        if (header.Shape.Any(size => size < 1)) throw new InvalidInputException($"{where} has the shape {shape}; every dimension must be at least 1");
        long bytes = width, most = long.Min(entry.Length, long.Min(entry.CompressedLength, archiveBytes) * NpyHeader.MaxDeflateFactor);
        foreach (long size in header.Shape)
        {
            if (size > most / bytes) throw new InvalidInputException($"{where} has fewer values than its shape {shape} says");
            bytes *= size;
        }

        if (bytes > Array.MaxLength) throw new InvalidInputException($"{where} has {bytes:N0} bytes; at most {Array.MaxLength:N0} fit");
        byte[] values = GC.AllocateUninitializedArray<byte>((int)bytes);
        if (stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false) < values.Length)
            throw new InvalidInputException($"{where} has fewer values than its shape {shape} says");
        if (stream.ReadByte() >= 0) throw new InvalidInputException($"{where} has more values than its shape {shape} says");
        return new NpzArray(where, type, [.. header.Shape.Select(size => (uint)size)], Convert(values, header.Type, width, type, where));
    }

    private static (int Width, byte Type) TypeOf(string text, string where) => text.TrimStart('<', '|', '=') switch
    {
        "u1" or "b1" => (1, IdxFile.UnsignedByte),
        "i1" => (1, IdxFile.SignedByte),
        "i2" => (2, IdxFile.Short),
        "u2" => (2, IdxFile.Int),
        "i4" or "u4" => (4, IdxFile.Int),
        "i8" or "u8" => (8, IdxFile.Int),
        "f2" => (2, IdxFile.Float),
        "f4" => (4, IdxFile.Float),
        "f8" => (8, IdxFile.Double),
        "O" => throw new InvalidInputException($"{where} holds Python objects, which are not read, because they can run programs; "
            + "save an array of numbers: numpy.asarray(a, 'uint8')"),
        _ => throw new InvalidInputException($"{where} has values of the type '{text}'; give uint8, int8, int16, int32, int64, float32 or float64, "
            + "little-endian"),
    };

    private static byte[] Convert(byte[] values, string text, int width, byte type, string where)
    {
        if (width == 1) return values;
        int count = values.Length / width, size = IdxFile.ElementSize(type);
        byte[] result = size == width ? values : GC.AllocateUninitializedArray<byte>(checked(count * size));
        char kind = text.TrimStart('<', '|', '=')[0];
        for (int at = 0; at < count; at++)
        {
            Span<byte> from = values.AsSpan(at * width, width), to = result.AsSpan(at * size, size);
            if ((kind == 'f' && width > 2) || (kind == 'i' && width < 8))
            {
                from.Reverse();
                continue;
            }

            if (kind == 'f')
            {
                BinaryPrimitives.WriteSingleBigEndian(to, (float)BinaryPrimitives.ReadHalfLittleEndian(from));
                continue;
            }

            Int128 value = width switch
            {
                2 => (Int128)BinaryPrimitives.ReadUInt16LittleEndian(from),
                4 => BinaryPrimitives.ReadUInt32LittleEndian(from),
                _ => kind == 'i' ? (Int128)BinaryPrimitives.ReadInt64LittleEndian(from) : BinaryPrimitives.ReadUInt64LittleEndian(from),
            };
            if (value < int.MinValue || value > int.MaxValue)
                throw new InvalidInputException($"{where} has the value {value}; whole numbers must be {int.MinValue} to {int.MaxValue}");
            BinaryPrimitives.WriteInt32BigEndian(to, (int)value);
        }

        return result;
    }
}
