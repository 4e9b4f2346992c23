using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Files;
using Microsoft.Win32.SafeHandles;

namespace DistConv.Training.Data.Stored;

/// <summary>
/// Pictures of one size that stand one after the other in a file, read by position. Each is compared with its checksum whenever it is read, so that opening the
/// file does not read it. Safe for concurrent reads. The file is closed with its handle, by whoever opened it or by the handle's finalizer.
/// </summary>
/// <param name="handle">The file, open for reading.</param>
/// <param name="path">Its path, for messages.</param>
/// <param name="offset">Where the first picture begins, in bytes.</param>
/// <param name="shape">Shape of one picture.</param>
/// <param name="checksums">The CRC-32C of each picture.</param>
public sealed class StoredPictures(SafeFileHandle handle, string path, long offset, TensorShape shape, uint[] checksums)
{
    /// <summary>Shape of one picture.</summary>
    public TensorShape Shape => shape;

    /// <summary>Number of pictures.</summary>
    public int Count => checksums.Length;

    /// <summary>Reads a picture.</summary>
    /// <param name="index">0 … Count − 1.</param>
    /// <param name="pixels">Gets its bytes (height, width, channels), as many as <see cref="Shape"/> has.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, has become shorter, or holds other bytes there than were written.</exception>
    public void Read(int index, Span<byte> pixels)
    {
        uint checksum = checksums[index];
        try
        {
            long at = offset + ((long)index * shape.Size);
            for (int read = 0; read < pixels.Length;)
            {
                int got = RandomAccess.Read(handle, pixels[read..], at + read);
                if (got == 0) throw Damaged("is shorter than it was");
                read += got;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new InvalidInputException($"cannot read {Name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        if (Crc32C.Of(pixels) != checksum) throw Damaged($"has changed or is damaged at picture {index:N0} of {Count:N0}");
    }

    private string Name => $"the cache of decoded pictures '{path}' on {Environment.MachineName}";

    private InvalidInputException Damaged(string what) =>
        new($"{Name} {what}: delete this file and start again; the pictures are then decoded anew");
}
