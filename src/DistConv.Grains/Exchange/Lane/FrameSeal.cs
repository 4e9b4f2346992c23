using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DistConv.Grains.Exchange.Lane;

/// <summary>
/// Seals what travels on a connection of a cluster with certificates, in pieces, with AES-256-GCM (NIST SP 800-38D). The key is random, belongs to one
/// connection and one direction, and came by Orleans's connections, which have TLS. The nonce is the
/// piece's number, which does not travel: a piece that is changed, left
/// out, repeated or out of order does not open.
/// </summary>
/// <param name="key"><see cref="KeyBytes"/> bytes.</param>
internal sealed class FrameSeal(byte[] key) : IDisposable
{
    /// <summary>Length of a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Length of the tag before each piece.</summary>
    public const int TagBytes = 16;

    /// <summary>The most bytes of a piece: it stays in the cache between sealing and sending.</summary>
    public const int PieceBytes = 256 << 10;

    /// <summary>What is told of a piece that does not open, as a part of a sentence.</summary>
    public const string Broken = "a frame does not open: it was changed or repeated on its way, or sealed with another key";

    private const int NonceBytes = 12;

    private readonly AesGcm _cipher = new(key, TagBytes);
    private ulong _count;

    /// <summary>A key for one connection.</summary>
    /// <returns><see cref="KeyBytes"/> random bytes.</returns>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes); // A secret, unlike all that a job draws.

    /// <summary>Seals the next piece.</summary>
    /// <param name="plain">The piece.</param>
    /// <param name="wire">Its tag, then the sealed piece: <see cref="TagBytes"/> more; overwritten.</param>
    public void Seal(ReadOnlySpan<byte> plain, Span<byte> wire)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Next(nonce);
        _cipher.Encrypt(nonce, plain, wire.Slice(TagBytes, plain.Length), wire[..TagBytes]);
    }

    /// <summary>Opens the next piece in its place.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="piece">The sealed piece; the piece, or zeros if it does not open.</param>
    /// <returns>Whether it is what was sealed.</returns>
    public bool TryOpen(ReadOnlySpan<byte> tag, Span<byte> piece)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Next(nonce);
        try
        {
            _cipher.Decrypt(nonce, piece, tag, piece);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private void Next(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce, _count++);
    }
}
