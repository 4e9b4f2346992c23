using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DistConv.Core;
using DistConv.Training.Files;

namespace DistConv.Training.Data;

/// <summary>Fills one row of an image.</summary>
/// <param name="y">The row, from the top.</param>
/// <param name="row">Width × channels bytes, zeroed; to be filled.</param>
public delegate void PngRow(int y, Span<byte> row);

/// <summary>A minimal PNG writer (ISO/IEC 15948): 8-bit grey or RGB, not interlaced, no row filter, one IDAT chunk.</summary>
public static class PngWriter
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a picture. Rows are asked for from the top to the bottom, one at a time.</summary>
    /// <param name="output">Where to; stays open.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1: grey; 3: RGB.</param>
    /// <param name="fill">Gives each row.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such size or number of channels.</exception>
    public static void Write(Stream output, int width, int height, int channels, PngRow fill)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "A PNG here has 1 (grey) or 3 (RGB) channels.");

        output.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits a channel
        header[9] = channels == 1 ? (byte)0 : (byte)2; // grey, or true colour
        header[10..].Clear(); // deflate, adaptive filters, not interlaced
        WriteChunk(output, "IHDR", header);

        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var line = new byte[1 + checked(width * channels)]; // its first byte says: no filter
            for (int y = 0; y < height; y++)
            {
                line.AsSpan().Clear();
                fill(y, line.AsSpan(1));
                deflate.Write(line);
            }
        }

        WriteChunk(output, "IDAT", compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(output, "IEND", []);
    }

    /// <summary>Writes a picture to a temporary file, then renames it, so that the name never holds half a picture. Makes the folder.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1: grey; 3: RGB.</param>
    /// <param name="fill">Gives each row.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void WriteFile(string path, int width, int height, int channels, PngRow fill) =>
        OutputFile.Write(path, "picture", stream => Write(stream, width, height, channels, fill));

    private static void WriteChunk(Stream output, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        Encoding.ASCII.GetBytes(type, word);
        output.Write(word);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.Append(Crc32.Append(0, word), data));
        output.Write(word);
    }
}
