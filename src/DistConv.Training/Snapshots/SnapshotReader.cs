using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistConv.Core;

namespace DistConv.Training.Snapshots;

/// <summary>Reads a snapshot file from the front to the back, hashing what it reads. Its methods are called in the order of the file.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    public SnapshotReader(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _whole.Dispose();
        _stream.Dispose();
    }

    /// <summary>Magic, version, header and the header's seal.</summary>
    /// <returns>The header.</returns>
    public SnapshotHeader ReadHeader()
    {
        Span<byte> prefix = stackalloc byte[SnapshotFormat.PrefixBytes];
        int magicBytes = (int)long.Min(_stream.Length, SnapshotFormat.Magic.Length);
        ReadExactly(prefix[..magicBytes]);
        if (magicBytes == 0 || !SnapshotFormat.Magic.StartsWith(prefix[..magicBytes]))
        {
            throw new InvalidInputException($"'{_path}' is not a DistConv snapshot, or its beginning is damaged");
        }

        ReadExactly(prefix[magicBytes..]);
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        if (version != SnapshotFormat.Version)
        {
            throw new InvalidInputException(version > SnapshotFormat.Version
                ? $"snapshot '{_path}' has file format {version}, this build reads {SnapshotFormat.Version}: use a newer DistConv (or the file is damaged)"
                : $"snapshot '{_path}' is damaged: it has file format {version}, the first is 1");
        }

        uint headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(prefix[12..]);
        if (headerBytes > SnapshotFormat.MaxHeaderBytes)
        {
            throw Damaged($"its header claims {headerBytes} bytes");
        }

        EnsureRemaining(headerBytes + SnapshotFormat.SealBytes);
        byte[] header = new byte[headerBytes];
        ReadExactly(header);
        ReadSeal("its header");
        try
        {
            return SnapshotEnvelope.Decode(header);
        }
        catch (InvalidDataException e)
        {
            // Its bytes are those that were written (the seal says so), so another program wrote them.
            throw new InvalidInputException(
                $"snapshot '{_path}' was written by another version of DistConv: this build does not understand its header ({e.Message})", e);
        }
    }

    /// <summary>Checks that the file has exactly the bytes which the block table promises, before anything is allocated for them.</summary>
    /// <param name="header">The header.</param>
    public void EnsureLength(SnapshotHeader header)
    {
        long expected = header.Blocks.Aggregate(_stream.Position + SnapshotFormat.SealBytes, (sum, block) => checked(sum + block.LengthBytes));
        if (_stream.Length < expected)
        {
            throw CutShort(expected);
        }

        if (_stream.Length > expected)
        {
            throw Damaged($"it has {_stream.Length} bytes instead of {expected}");
        }
    }

    /// <summary>Reads the next block and checks its hash.</summary>
    /// <param name="block">The next block.</param>
    /// <param name="destination">Overwritten; as long as the block.</param>
    public void ReadBlock(SnapshotBlock block, Span<float> destination)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> rest = MemoryMarshal.AsBytes(destination);
        while (!rest.IsEmpty)
        {
            Span<byte> chunk = rest[..int.Min(ChunkBytes, rest.Length)];
            ReadExactly(chunk);
            hash.AppendData(chunk);
            rest = rest[chunk.Length..];
        }

        EnsureHash(block, hash);
        LittleEndianFloats.ToHostOrder(destination);
    }

    /// <summary>Checks the hash of the next block without keeping its values.</summary>
    /// <param name="block">The next block.</param>
    public void SkimBlock(SnapshotBlock block)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[long.Min(ChunkBytes, block.LengthBytes)];
        for (long left = block.LengthBytes; left > 0;)
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)long.Min(buffer.Length, left));
            ReadExactly(chunk);
            hash.AppendData(chunk);
            left -= chunk.Length;
        }

        EnsureHash(block, hash);
    }

    /// <summary>Reads and checks the seal of the whole file.</summary>
    /// <returns>SHA-256 of all bytes of the file, the seal included.</returns>
    public string ReadSeal()
    {
        ReadSeal("it");
        return Convert.ToHexStringLower(_whole.GetHashAndReset());
    }

    private void ReadSeal(string what)
    {
        Span<byte> expected = stackalloc byte[SnapshotFormat.SealBytes];
        _whole.GetCurrentHash(expected);
        Span<byte> found = stackalloc byte[SnapshotFormat.SealBytes];
        ReadExactly(found);
        if (!expected.SequenceEqual(found))
        {
            throw Damaged($"{what} does not match its SHA-256");
        }
    }

    private void EnsureHash(SnapshotBlock block, IncrementalHash hash)
    {
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != block.Sha256)
        {
            throw Damaged($"tensor '{block.Name}' does not match its SHA-256");
        }
    }

    private void ReadExactly(Span<byte> destination)
    {
        EnsureRemaining(destination.Length);
        _stream.ReadExactly(destination);
        _whole.AppendData(destination);
    }

    private void EnsureRemaining(long bytes)
    {
        if (_stream.Length - _stream.Position < bytes)
        {
            throw CutShort(_stream.Position + bytes);
        }
    }

    private InvalidInputException CutShort(long needed) =>
        Damaged($"it is cut short: it has {_stream.Length} bytes and needs at least {needed}");

    private InvalidInputException Damaged(string what) => new($"snapshot '{_path}' is damaged: {what}");
}
