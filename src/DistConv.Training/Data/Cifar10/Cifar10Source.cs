using DistConv.Core;
using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Cifar10;

/// <summary>
/// Reads CIFAR-10, binary version: records of one label byte, 0 to 9, and 32 × 32 pixels plane by plane (red, green, blue), which become NHWC here.
/// </summary>
internal static class Cifar10Source
{
    /// <summary>Bytes of one record.</summary>
    public const int RecordBytes = 1 + PixelBytes;

    private const int Side = 32;
    private const int Channels = 3;
    private const int PlaneBytes = Side * Side;
    private const int PixelBytes = PlaneBytes * Channels;
    private const int ClassCount = 10;

    /// <summary>Reads both splits.</summary>
    /// <param name="folder">The folder with all six files, of any number of records each.</param>
    /// <returns>Both splits; the fingerprint is formed as for IDX files (see <see cref="DataFingerprint"/>).</returns>
    /// <exception cref="InvalidInputException">A file cannot be read, is empty, ends within a record, or has a label above 9; the line names it.</exception>
    public static DataSource Load(string folder)
    {
        MemoryDataset train = Read([.. Cifar10Folder.TrainNames.Select(name => Path.Combine(folder, name))]);
        MemoryDataset test = Read([Path.Combine(folder, Cifar10Folder.TestName)]);
        return new DataSource("cifar10", train, test, DataFingerprint.Of(train, test));
    }

    private static MemoryDataset Read(string[] paths)
    {
        int[] counts = [.. paths.Select(CountRecords)];
        int total = counts.Sum();
        byte[] labels = new byte[total];
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(total * PixelBytes));
        int first = 0;
        for (int i = 0; i < paths.Length; i++)
        {
            ReadRecords(paths[i], counts[i], labels.AsSpan(first, counts[i]), pixels.AsSpan(first * PixelBytes, counts[i] * PixelBytes));
            first += counts[i];
        }

        return new MemoryDataset(new TensorShape(Side, Side, Channels), pixels, labels, ClassCount);
    }

    private static int CountRecords(string path)
    {
        long bytes = Guard(path, () => new FileInfo(path).Length);
        if (bytes == 0) throw new InvalidInputException($"'{path}' is empty; a CIFAR-10 file holds records of {RecordBytes} bytes");
        if (bytes % RecordBytes != 0)
        {
            throw new InvalidInputException(
                $"'{path}' has {bytes} bytes, which is no multiple of the {RecordBytes} of a CIFAR-10 record; it is truncated, or not of the binary version");
        }

        const int MostRecords = 100_000; // Six such files still fit in one array.
        return bytes / RecordBytes <= MostRecords
            ? (int)(bytes / RecordBytes)
            : throw new InvalidInputException($"'{path}' has {bytes / RecordBytes} records; a CIFAR-10 file has 10000 (at most {MostRecords} fit)");
    }

    private static void ReadRecords(string path, int count, Span<byte> labels, Span<byte> pixels)
    {
        using FileStream file = Guard(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        byte[] record = new byte[RecordBytes];
        for (int i = 0; i < count; i++)
        {
            if (Guard(path, () => file.ReadAtLeast(record, RecordBytes, throwOnEndOfStream: false)) < RecordBytes)
                throw new InvalidInputException($"'{path}' ends within record {i}; it is truncated");
            if (record[0] >= ClassCount) throw new InvalidInputException(
                $"'{path}' has the label {record[0]} at sample {i}; labels must be 0 to {ClassCount - 1}");
            labels[i] = record[0];
            Interleave(record.AsSpan(1), pixels.Slice(i * PixelBytes, PixelBytes));
        }
    }

    /// <summary>Planes to pixels: CHW to HWC.</summary>
    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (int pixel = 0; pixel < PlaneBytes; pixel++)
        {
            for (int channel = 0; channel < Channels; channel++) pixels[(pixel * Channels) + channel] = planes[(channel * PlaneBytes) + pixel];
        }
    }

    private static T Guard<T>(string path, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"cannot read '{path}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
