using System.Buffers.Binary;
using System.IO.Compression;
using DistConv.Core;

namespace DistConv.Training.Data.Idx;

/// <summary>
/// Reads the IDX files that MNIST made common (http://yann.lecun.com/exdb/mnist): a big-endian magic number, big-endian 32-bit dimensions, then bytes. A file
/// that starts as gzip does is unpacked once into memory, whatever its name. Lengths are checked against the file before anything is allocated.
/// </summary>
public static class IdxFile
{
    /// <summary>Magic number of images: unsigned bytes, three dimensions.</summary>
    public const uint ImageMagic = 0x00000803;

    /// <summary>Magic number of labels: unsigned bytes, one dimension.</summary>
    public const uint LabelMagic = 0x00000801;

    /// <summary>The third byte of a magic number: the type of the values.</summary>
    internal const byte UnsignedByte = 0x08, SignedByte = 0x09, Short = 0x0B, Int = 0x0C, Float = 0x0D, Double = 0x0E;

    /// <summary>Deflate packs at most 1032 bytes into one; a header that promises more cannot be true.</summary>
    private const int LargestGzipRatio = 1032;

    /// <summary>Reads an image file of any type, at most 2 GB of values: count × rows × columns, or colour with 3 channels last (or first).</summary>
    /// <param name="path">The file, packed by gzip or not.</param>
    /// <returns>Its images; values other than bytes are brought to 0 … 255.</returns>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read, is empty, has another magic number, has no image or images of no size, is shorter or longer than its header says, is a
    /// damaged gzip file, or has other channels or numbers that are not finite.
    /// </exception>
    public static IdxImages ReadImages(string path) => ReadImages(path, scale: null);

    /// <summary>As <see cref="ReadImages(string)"/>, with the scale of other images.</summary>
    internal static IdxImages ReadImages(string path, IdxScale? scale)
    {
        byte[] values = Read(path, ImageMagic, out uint found, out uint[] sizes);
        return IdxImages.Of(path, found, sizes, values, scale);
    }

    /// <summary>Reads a label file of bytes in one dimension.</summary>
    /// <param name="path">The file, packed by gzip or not.</param>
    /// <returns>A byte for each sample, at least 1.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="ReadImages(string)"/>.</exception>
    public static byte[] ReadLabels(string path)
    {
        byte[] labels = Read(path, LabelMagic, out uint found, out _);
        return found == LabelMagic ? labels : throw WrongMagic(path, found, LabelMagic);
    }

    /// <summary>Reads a label file of any type, in one or two dimensions.</summary>
    internal static (uint Magic, uint[] Sizes, byte[] Values) ReadLabelTable(string path)
    {
        byte[] values = Read(path, LabelMagic, out uint found, out uint[] sizes);
        return (found, sizes, values);
    }

    private static byte[] Read(string path, uint magic, out uint found, out uint[] sizes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            if (file.Length == 0)
                throw new InvalidInputException($"'{path}' is empty; an IDX file of {Kind(magic)} starts with the magic number 0x{magic:x8}");
            bool packed = StartsAsGzip(file);
            using Stream content = packed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
            byte[] values = ReadContent(content, path, magic, out found, out sizes, packed ? null : file.Length, file.Length);
            if (packed)
                CheckGzipEnd(file, path, 4 + (4L * sizes.Length) + values.Length);
            return values;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException($"'{path}' is a damaged .gz file; copy it again from its source", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"cannot read '{path}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static byte[] ReadContent(
        Stream content, string path, uint magic, out uint found, out uint[] sizes, long? length, long fileLength)
    {
        Span<byte> word = stackalloc byte[4];
        if (content.ReadAtLeast(word, 4, throwOnEndOfStream: false) < 4)
            throw new InvalidInputException($"'{path}' ends within its magic number; it is truncated, or not an IDX file");
        found = BinaryPrimitives.ReadUInt32BigEndian(word);
        uint dimensionCount = found & 0xFF, least = magic & 0xFF;
        if ((found & 0xFFFF0000) != 0 || ElementSize((byte)(found >> 8)) == 0 || dimensionCount < least || dimensionCount > least + 1)
            throw WrongMagic(path, found, magic);
        sizes = new uint[dimensionCount];
        foreach (ref uint size in sizes.AsSpan())
        {
            if (content.ReadAtLeast(word, 4, throwOnEndOfStream: false) < 4)
                throw new InvalidInputException($"'{path}' ends within its header; it is truncated");
            size = BinaryPrimitives.ReadUInt32BigEndian(word);
        }

        string dimensions = string.Join(" × ", sizes);
        if (sizes.Contains(0u))
            throw new InvalidInputException($"'{path}' says that it holds {dimensions} {Kind(magic)}; every dimension must be at least 1");
        long values = Product([.. sizes, (uint)ElementSize((byte)(found >> 8))]);
        if (values < 0)
            throw new InvalidInputException($"'{path}' says that it holds {dimensions} bytes of {Kind(magic)}; at most {Array.MaxLength} bytes fit");
        long expected = 4 + (4L * sizes.Length) + values;
        if (length is { } real && real != expected)
        {
            string verdict = real < expected ? "truncated" : "followed by something else";
            throw new InvalidInputException($"'{path}' has {real} bytes, and its header ({dimensions}) needs {expected}; it is {verdict}");
        }

        if (length is null && expected / LargestGzipRatio > fileLength)
            throw new InvalidInputException($"'{path}' cannot hold the {expected} bytes that its header ({dimensions}) needs; it is truncated");
        return ReadValues(content, path, (int)values, dimensions);
    }

    private static byte[] ReadValues(Stream content, string path, int count, string dimensions)
    {
        byte[] values = GC.AllocateUninitializedArray<byte>(count);
        int got = content.ReadAtLeast(values, count, throwOnEndOfStream: false);
        if (got < count)
            throw new InvalidInputException($"'{path}' ends after {got} of the {count} values that its header ({dimensions}) promises; it is truncated");
        Span<byte> one = stackalloc byte[1];
        if (content.Read(one) != 0)
            throw new InvalidInputException($"'{path}' goes on after the {count} values that its header ({dimensions}) promises");
        return values;
    }

    private static InvalidInputException WrongMagic(string path, uint found, uint magic)
    {
        bool isIdx = (found & 0xFFFF0000) == 0 && ElementSize((byte)(found >> 8)) > 0;
        string hint = found is ImageMagic or LabelMagic ? $" (it is a file of {Kind(found)})"
            : isIdx ? $" ({NameOf((byte)(found >> 8))} in {found & 0xFF} dimensions)" : "";
        return new InvalidInputException($"'{path}' has the magic number 0x{found:x8}{hint}; an IDX file of {Kind(magic)} has 0x{magic:x8}");
    }

    /// <summary>Bytes of a value; 0 if there is no such type.</summary>
    internal static int ElementSize(byte type) => type switch
    {
        UnsignedByte or SignedByte => 1,
        Short => 2,
        Int or Float => 4,
        Double => 8,
        _ => 0,
    };

    /// <summary>What programmers call a type.</summary>
    internal static string NameOf(byte type) => type switch
    {
        UnsignedByte => "uint8",
        SignedByte => "int8",
        Short => "int16",
        Int => "int32",
        Float => "float32",
        Double => "float64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no type of IDX values"),
    };

    private static bool StartsAsGzip(FileStream file)
    {
        Span<byte> start = stackalloc byte[2];
        int got = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return got == 2 && start[0] == 0x1F && start[1] == 0x8B;
    }

    /// <summary>A gzip file ends with its unpacked length; GZipStream checks it and the checksum, but does not notice when these last bytes are
    /// missing.</summary>
    private static void CheckGzipEnd(FileStream file, string path, long unpacked)
    {
        Span<byte> end = stackalloc byte[4];
        file.Position = file.Length - 4;
        file.ReadExactly(end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != (uint)unpacked)
            throw new InvalidInputException($"'{path}' does not end as a .gz file of one part does; it is truncated, or followed by something else");
    }

    /// <summary>The product of sizes of at least 1, or −1 when it does not fit an array.</summary>
    private static long Product(ReadOnlySpan<uint> sizes)
    {
        long product = 1;
        foreach (uint size in sizes)
        {
            if (size > Array.MaxLength / product)
                return -1;
            product *= size;
        }

        return product;
    }

    private static string Kind(uint magic) => magic == ImageMagic ? "images" : "labels";
}
