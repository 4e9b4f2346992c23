using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace DistConv.Training.Data.Fetch;

/// <summary>Compares a file with its pinned sum.</summary>
internal static class PinCheck
{
    /// <summary>What is wrong with a file.</summary>
    /// <param name="path">Where it is; it can be read.</param>
    /// <param name="file">What it must be.</param>
    /// <returns>A few words, or null if it is the pinned file.</returns>
    public static string? Problem(string path, RemoteFile file)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
            byte[]? sum = file.Pin == PinnedBytes.AsServed ? SHA256.HashData(stream) : UnpackedSum(stream);
            if (sum is null) return "damaged .gz file";
            return Convert.ToHexStringLower(sum) == file.Sha256 ? null : "wrong content (its SHA-256 is not the pinned one)";
        }
        catch (InvalidDataException)
        {
            return "damaged .gz file";
        }
        catch (Exception e) when (DataCache.IsRefusal(e))
        {
            throw DataCache.CannotWrite(path, e);
        }
    }

    /// <summary>The sum of what a gzip file unpacks to; null if it lacks its end, or goes on after it, which GZipStream does not notice.</summary>
    private static byte[]? UnpackedSum(FileStream packed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        using (GZipStream content = new(packed, CompressionMode.Decompress, leaveOpen: true))
        {
            for (int got; (got = content.Read(buffer)) > 0; length += got) hash.AppendData(buffer, 0, got);
        }

        if (packed.Length < 4) return null;
        packed.Position = packed.Length - 4;
        packed.ReadExactly(buffer, 0, 4);
        return BinaryPrimitives.ReadUInt32LittleEndian(buffer) == (uint)length ? hash.GetHashAndReset() : null;
    }
}
