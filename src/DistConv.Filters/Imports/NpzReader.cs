using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Exports;

namespace DistConv.Filters.Imports;

/// <summary>Reads npz files, numpy's too (<c>numpy.savez</c>, <c>savez_compressed</c>): float32 arrays in C order. See <see cref="NpzFile"/>.</summary>
internal static partial class NpzReader
{
    private const string Ending = ".npy";
    private const int MaxHeaderBytes = 1 << 16;

    /// <summary>Reads all arrays.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrays.</returns>
    /// <exception cref="InvalidInputException">The file is damaged, or holds other arrays.</exception>
    public static IReadOnlyList<WeightTensor> Read(string path)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return [.. archive.Entries.Where(entry => entry.FullName.EndsWith(Ending, StringComparison.Ordinal)).Select(entry => ReadArray(path, entry))];
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidInputException($"'{path}' is no npz file, or it is damaged: {MessageText.OneLine(e.Message)}", e);
        }
    }

    private static WeightTensor ReadArray(string path, ZipArchiveEntry entry)
    {
        string name = MessageText.OneLine(entry.FullName[..^Ending.Length]), where = $"'{path}': array '{name}'";
        using Stream stream = entry.Open();
        string header = ReadHeader(stream, where);
        Match match = Dictionary().Match(header);
        if (!match.Success) throw new InvalidInputException($"{where} is not understood: its header is {header}");
        if (match.Groups["type"].Value != "<f4" || match.Groups["fortran"].Value != "False")
        {
            throw new InvalidInputException(
                $"{where} has type '{match.Groups["type"].Value}', Fortran order {match.Groups["fortran"].Value}; weights are '<f4' in C order: save numpy.ascontiguousarray(a, 'float32')");
        }

        int[] shape = WeightTensor.CheckShape(where, [.. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out long dimension) ? dimension : 0)]);
        var bytes = new byte[WeightTensor.Length(shape) * (long)sizeof(float)];
        stream.ReadExactly(bytes);
        return stream.ReadByte() < 0 ? new WeightTensor(name, shape, FloatBytes.Read(bytes))
            : throw new InvalidInputException($"{where} has more values than its shape [{string.Join(", ", shape)}] says");
    }

    /// <summary>The Python dictionary at the front of an array.</summary>
    private static string ReadHeader(Stream stream, string where)
    {
        Span<byte> prefix = stackalloc byte[NpzFile.Magic.Length + 2];
        stream.ReadExactly(prefix);
        if (Encoding.Latin1.GetString(prefix[..^2]) != NpzFile.Magic) throw new InvalidInputException($"{where} does not begin as an array of numpy does");
        bool isLong = prefix[^2] > 1; // Versions 2 and 3 have room for longer headers.
        Span<byte> length = stackalloc byte[isLong ? sizeof(uint) : sizeof(ushort)];
        stream.ReadExactly(length);
        uint bytes = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(length) : BinaryPrimitives.ReadUInt16LittleEndian(length);
        if (bytes > MaxHeaderBytes) throw new InvalidInputException($"{where} has a header of {bytes} bytes");
        var header = new byte[bytes];
        stream.ReadExactly(header);
        return MessageText.OneLine(Encoding.Latin1.GetString(header).TrimEnd());
    }

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']*)', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[0-9, ]*)\), \}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Dictionary();
}
