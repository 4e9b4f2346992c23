using System.IO.Compression;
using System.Text;
using DistConv.Training.Files;

namespace DistConv.Filters.Exports;

/// <summary>
/// npz files: an uncompressed zip archive of .npy arrays (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0), in Keras's
/// layout. For numpy an array's name is the entry's without ".npy": <c>numpy.load(file)["conv1/kernel"]</c>.
/// </summary>
internal static class NpzFile
{
    private const int Alignment = 64;

    /// <summary>Equal weights give equal files: the earliest time that zip can express.</summary>
    private static readonly DateTimeOffset _entryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(ExportedNetwork network, Stream stream)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (WeightForm form in network.Weights)
        {
            ZipArchiveEntry entry = archive.CreateEntry($"{form.KerasName}.npy", CompressionLevel.NoCompression);
            entry.LastWriteTime = _entryTime;
            using Stream array = entry.Open();
            array.Write(Header(form.KerasShape));
            array.Write(FloatBytes.Of(network.Keras(form).Span));
        }
    }

    private static byte[] Header(IReadOnlyList<int> shape)
    {
        string tuple = shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}";
        int prefix = NpyHeader.Magic.Length + 4; // Version and length of the dictionary, two bytes each.
        int length = ((prefix + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment) - prefix;
        return Encoding.Latin1.GetBytes($"{NpyHeader.Magic}\u0001\0{(char)(length & 0xff)}{(char)(length >> 8)}{dictionary.PadRight(length - 1)}\n");
    }
}
