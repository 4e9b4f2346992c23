using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DistConv.Core;
using DistConv.Core.Reading;

namespace DistConv.Training.Files;

/// <summary>What a numpy array begins with (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3).</summary>
/// <param name="Type">The type of its values, such as "&lt;f4".</param>
/// <param name="IsFortran">Whether the first index is the fastest.</param>
/// <param name="Shape">Its dimensions as the header has them; one that does not fit 64 bits is 0. Nothing of it is checked against the file.</param>
public sealed partial record NpyHeader(string Type, bool IsFortran, IReadOnlyList<long> Shape)
{
    /// <summary>What each array begins with.</summary>
    public const string Magic = "\u0093NUMPY";

    /// <summary>How the files of arrays end.</summary>
    public const string Ending = ".npy";

    /// <summary>Deflate cannot make data smaller than this (zlib's technical details: "a maximum compression factor of about 1032").</summary>
    public const int MaxDeflateFactor = 1032;

    private const int MaxHeaderBytes = 10_000; // numpy.load's own limit (max_header_size).

    /// <summary>Reads the header, to the first value.</summary>
    /// <param name="stream">The array.</param>
    /// <param name="where">What messages call it.</param>
    /// <returns>The header.</returns>
    /// <exception cref="InvalidInputException">It is no array, or one of another kind than a plain table of values.</exception>
    /// <exception cref="EndOfStreamException">The array ends within its header.</exception>
    public static NpyHeader Read(Stream stream, string where)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> prefix = stackalloc byte[Magic.Length + 2];
        stream.ReadExactly(prefix);
        if (Encoding.Latin1.GetString(prefix[..^2]) != Magic) throw new InvalidInputException($"{where} does not begin as a numpy array does");
        bool isLong = prefix[^2] > 1; // Versions 2 and 3 have room for longer headers.
        Span<byte> length = stackalloc byte[isLong ? sizeof(uint) : sizeof(ushort)];
        stream.ReadExactly(length);
        uint bytes = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(length) : BinaryPrimitives.ReadUInt16LittleEndian(length);
        if (bytes > MaxHeaderBytes) throw new InvalidInputException($"{where} has a header of {bytes:N0} bytes; at most {MaxHeaderBytes:N0} are possible");
        var text = new byte[bytes];
        stream.ReadExactly(text);
        return Parse(MessageText.OneLine(Encoding.Latin1.GetString(text).TrimEnd()), where);
    }

    private static NpyHeader Parse(string text, string where)
    {
        Match match = Dictionary().Match(text);
        if (!match.Success) throw new InvalidInputException($"{where} has a header that cannot be understood: {MessageText.Short(text)}");
        const StringSplitOptions Parts = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return new NpyHeader(match.Groups["type"].Value, match.Groups["fortran"].Value == "True", [.. match.Groups["shape"].Value.Split(',', Parts)
            .Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long dimension) ? dimension : 0)]);
    }

    /// <summary>The Python dictionary at the front of an array.</summary>
    [GeneratedRegex(
        @"^\{'descr': '(?<type>[^']*)', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[0-9, ]*)\), \}\s*$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Dictionary();
}
