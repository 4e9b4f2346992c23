using System.Buffers;
using System.IO.Pipelines;

namespace DistConv.Silo.Security;

/// <summary>
/// Reads a client's id from what it says first on a connection, without taking it away from Orleans: a length (4 bytes, little-endian) and the id among other
/// fields, as the text "sys.client" and a key of 32 hexadecimal digits.
/// </summary>
internal static class ClientPreamble
{
    private const int KeyLength = 32, LengthBytes = 4, MaxBytes = 1024;

    private static readonly SearchValues<byte> _hexadecimal = SearchValues.Create("0123456789abcdef"u8);

    private static ReadOnlySpan<byte> TypeName => "sys.client"u8;

    /// <summary>Waits for it.</summary>
    /// <param name="input">The connection; nothing is consumed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The key; null if this is no client of Orleans.</returns>
    public static async Task<string?> PeekAsync(PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellation);
            ReadOnlySequence<byte> buffer = read.Buffer;
            byte[] seen = buffer.Slice(0, long.Min(buffer.Length, LengthBytes + MaxBytes)).ToArray();
            int length = seen.Length < LengthBytes ? -1 : BitConverter.ToInt32(seen);
            bool isWhole = length is >= 0 and <= MaxBytes && seen.Length >= LengthBytes + length;
            bool isHopeless = read.IsCompleted || read.IsCanceled || length > MaxBytes || (length < 0 && seen.Length >= LengthBytes);
            input.AdvanceTo(buffer.Start, isWhole || isHopeless ? buffer.Start : buffer.End);
            if (isWhole) return Find(seen.AsSpan(LengthBytes, length));
            if (isHopeless) return null;
        }
    }

    /// <summary>The key in a preamble.</summary>
    /// <param name="preamble">The preamble without its length.</param>
    /// <returns>Null: there is none.</returns>
    internal static string? Find(ReadOnlySpan<byte> preamble)
    {
        int type = preamble.IndexOf(TypeName);
        if (type < 0) return null;
        ReadOnlySpan<byte> rest = preamble[(type + TypeName.Length)..];
        for (int at = 0; at + KeyLength <= rest.Length; at++)
        {
            ReadOnlySpan<byte> key = rest.Slice(at, KeyLength);
            if (key.IndexOfAnyExcept(_hexadecimal) < 0) return System.Text.Encoding.ASCII.GetString(key);
        }

        return null;
    }
}
