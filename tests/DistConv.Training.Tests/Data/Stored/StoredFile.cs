using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Files;
using Microsoft.Win32.SafeHandles;

namespace DistConv.Training.Tests.Data.Stored;

/// <summary>The pictures of a data set in a file of the test's own.</summary>
internal sealed class StoredFile : IDisposable
{
    private const int HeaderBytes = 5;
    private readonly List<SafeFileHandle> _handles = [];

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>Writes both splits and opens them.</summary>
    public DataSource Write(DataSource data, int window)
    {
        File.WriteAllBytes(Path, new byte[HeaderBytes]);
        return data with { Train = Append(data.Train, window), Test = Append(data.Test, window) };
    }

    /// <summary>Changes a byte of the file in place.</summary>
    public void Flip(long at)
    {
        using SafeFileHandle file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> value = [0];
        RandomAccess.Read(file, value, at);
        value[0] ^= 1;
        RandomAccess.Write(file, value, at);
    }

    public void Truncate(long length)
    {
        using SafeFileHandle file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, length);
    }

    /// <summary>Where a picture of the training split begins.</summary>
    public static long PlaceOf(IDataset data, int sample) => HeaderBytes + ((long)sample * data.Shape.Size);

    public void Dispose()
    {
        foreach (SafeFileHandle handle in _handles) handle.Dispose();
        File.Delete(Path);
    }

    private StoredDataset Append(IDataset split, int window)
    {
        long start;
        uint[] checksums = new uint[split.Count];
        using (FileStream file = new(Path, FileMode.Append))
        {
            start = file.Position;
            for (int i = 0; i < split.Count; i++)
            {
                file.Write(split.Image(i));
                checksums[i] = Crc32C.Of(split.Image(i));
            }
        }

        byte[] classes = [.. Enumerable.Range(0, split.Count).Select(i => (byte)split.Label(i))];
        SafeFileHandle handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _handles.Add(handle);
        return new StoredDataset(
            new StoredPictures(handle, Path, start, split.Shape, checksums), SampleLabels.OfClasses(classes, split.ClassCount),
            (long)window * split.Shape.Size);
    }
}
