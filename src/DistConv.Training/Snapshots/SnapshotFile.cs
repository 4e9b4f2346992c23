using System.Buffers.Binary;
using System.Security.Cryptography;
using DistConv.Core;

namespace DistConv.Training.Snapshots;

/// <summary>
/// Snapshot files. They appear complete or not at all, never replace another file, and every truncation and every flipped bit is noticed when they are read:
/// SHA-256 over the header, over each tensor, and over the whole.
/// </summary>
public static class SnapshotFile
{
    /// <summary>The ending of snapshot files.</summary>
    public const string Ending = ".dcs";

    /// <summary>Writes a snapshot to a temporary file in the same folder, flushes it to the disk and renames it.</summary>
    /// <param name="path">The new file; its folder exists.</param>
    /// <param name="snapshot">What to write.</param>
    /// <returns>SHA-256 of the whole file in lower-case hexadecimal, as <c>sha256sum</c> prints it.</returns>
    /// <exception cref="ArgumentException">Two tensors have the same name, or one has not as many values as its shape says, or an unknown role.</exception>
    /// <exception cref="IOException">The file exists, or the disk refuses.</exception>
    public static string Write(string path, Snapshot snapshot)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(snapshot);
        byte[] prefix = Prefix(snapshot);
        string sha256 = "";
        AtomicFile.Publish(path, durable: true, stream =>
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Put(stream, hash, prefix);
            foreach (SnapshotTensor tensor in snapshot.Tensors)
            {
                Put(stream, hash, LittleEndianFloats.Bytes(tensor.Values.Span));
            }

            Put(stream, hash, hash.GetCurrentHash());
            sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        });
        return sha256;
    }

    /// <summary>Reads a snapshot and checks all of it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The snapshot. It may come from another <see cref="NumericsVersion"/>: see <see cref="SnapshotInfo.EnsureResumable"/>.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, is no snapshot, is damaged or cut short, or has another format version.</exception>
    public static Snapshot Read(string path) => Read(path, out _);

    /// <inheritdoc cref="Read(string)"/>
    /// <param name="path">The file.</param>
    /// <param name="sha256">SHA-256 of the whole file.</param>
    public static Snapshot Read(string path, out string sha256)
    {
        (Snapshot snapshot, sha256) = Reading(path, file =>
        {
            SnapshotHeader header = file.ReadHeader();
            file.EnsureLength(header);
            SnapshotTensor[] tensors = new SnapshotTensor[header.Blocks.Count];
            for (int i = 0; i < tensors.Length; i++)
            {
                SnapshotBlock block = header.Blocks[i];
                float[] values = new float[block.LengthBytes / sizeof(float)];
                file.ReadBlock(block, values);
                tensors[i] = new SnapshotTensor(block.Name, block.Role, block.Shape, values);
            }

            return (new Snapshot(header, tensors), file.ReadSeal());
        });
        return snapshot;
    }

    /// <summary>Reads and checks the header alone, and that the file has the length which its block table needs.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The header; the tensors have not been looked at.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Read(string)"/>.</exception>
    public static SnapshotHeader ReadHeader(string path) => Reading(path, file =>
    {
        SnapshotHeader header = file.ReadHeader();
        file.EnsureLength(header);
        return header;
    });

    /// <summary>Checks every block and the whole without keeping the tensors.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sha256">SHA-256 of the whole file.</param>
    /// <returns>The header.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Read(string)"/>.</exception>
    public static SnapshotHeader Verify(string path, out string sha256)
    {
        (SnapshotHeader verified, sha256) = Reading(path, file =>
        {
            SnapshotHeader header = file.ReadHeader();
            file.EnsureLength(header);
            foreach (SnapshotBlock block in header.Blocks)
            {
                file.SkimBlock(block);
            }

            return (header, file.ReadSeal());
        });
        return verified;
    }

    /// <inheritdoc cref="Verify(string, out string)"/>
    public static SnapshotHeader Verify(string path) => Verify(path, out _);

    private static byte[] Prefix(Snapshot snapshot)
    {
        SnapshotBlock[] blocks = new SnapshotBlock[snapshot.Tensors.Count];
        HashSet<string> names = new(StringComparer.Ordinal);
        long offset = 0;
        for (int i = 0; i < blocks.Length; i++)
        {
            SnapshotTensor tensor = snapshot.Tensors[i];
            long count = tensor.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
            if (!names.Add(tensor.Name) || count != tensor.Values.Length || count == 0 || !SnapshotTensor.IsRole(tensor.Role))
            {
                throw new ArgumentException(
                    $"tensor '{tensor.Name}' ({tensor.Role}) of shape [{string.Join(", ", tensor.Shape)}] has {tensor.Values.Length} values, or its name is "
                        + $"taken", nameof(snapshot));
            }

            ReadOnlySpan<byte> bytes = LittleEndianFloats.Bytes(tensor.Values.Span);
            blocks[i] = new SnapshotBlock(tensor.Name, tensor.Role, tensor.Shape, offset, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            offset += bytes.Length;
        }

        byte[] header = SnapshotEnvelope.Encode(new SnapshotHeader(snapshot, blocks));
        byte[] prefix = new byte[SnapshotFormat.PrefixBytes + header.Length + SnapshotFormat.SealBytes];
        SnapshotFormat.Magic.CopyTo(prefix);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.AsSpan(8), SnapshotFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(12), header.Length);
        header.CopyTo(prefix.AsSpan(SnapshotFormat.PrefixBytes));
        SHA256.HashData(prefix.AsSpan(0, prefix.Length - SnapshotFormat.SealBytes), prefix.AsSpan(prefix.Length - SnapshotFormat.SealBytes));
        return prefix;
    }

    private static void Put(FileStream stream, IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        hash.AppendData(bytes);
    }

    private static T Reading<T>(string path, Func<SnapshotReader, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InvalidInputException($"snapshot '{path}' is a folder: name a file that ends in {Ending}");
        }

        try
        {
            using SnapshotReader reader = new(path);
            return read(reader);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"snapshot '{path}' does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"snapshot '{path}' cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
