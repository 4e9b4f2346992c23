using System.IO.Compression;
using DistConv.Core.Reading;

namespace DistConv.Core.Models;

/// <summary>The model in a .keras file, a zip archive of Keras 3: its config.json. Weights are read elsewhere.</summary>
internal static class KerasArchive
{
    private const string Config = "config.json";

    /// <summary>The largest directory of an archive that is read; a .keras file has three files and what its layers add.</summary>
    private const int MaxDirectoryBytes = 1 << 20;

    /// <summary>The end of a zip archive: 22 bytes and a comment of at most 65,535.</summary>
    private const int MaxEndBytes = 22 + ushort.MaxValue;

    /// <summary>Whether a file begins as a zip archive.</summary>
    public static bool Is(ReadOnlySpan<byte> beginning) => beginning.StartsWith("PK\x03\x04"u8);

    /// <summary>Reads the model.</summary>
    /// <param name="file">The archive; its position changes.</param>
    /// <param name="shown">The file's name, for messages.</param>
    /// <returns>The text, at most <see cref="ModelLimits.MaxJsonBytes"/> + 1 bytes of it.</returns>
    /// <exception cref="InvalidInputException">It is damaged, another archive, or too large.</exception>
    public static byte[] ReadConfig(Stream file, string shown)
    {
        try
        {
            CheckDirectory(file, shown);
            using ZipArchive archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
            ZipArchiveEntry config = archive.GetEntry(Config) ?? throw new InvalidInputException($"{shown}: {KindOf(archive)}");
            if (config.Length > ModelLimits.MaxJsonBytes) throw TooLarge(shown);
            using Stream text = config.Open();
            byte[] buffer = new byte[config.Length + 1];
            int length = text.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= config.Length ? buffer[..length] : throw TooLarge(shown); // It is longer than its directory says.
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentOutOfRangeException)
        {
            throw new InvalidInputException($"{shown}: the archive is damaged: {MessageText.OneLine(damage.Message)}", damage);
        }
    }

    private static InvalidInputException TooLarge(string shown) =>
        new($"{shown}: {Config} is larger than {ModelLimits.MaxJsonBytes:N0} bytes; a model is a short JSON text");

    /// <summary>The directory of an archive is read into memory at once, so its size is looked at first.</summary>
    private static void CheckDirectory(Stream file, string shown)
    {
        byte[] end = new byte[Math.Min(MaxEndBytes, file.Length)];
        file.Position = file.Length - end.Length;
        file.ReadExactly(end);
        file.Position = 0;
        int place = end.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (place < 0 || end.Length - place < 22) throw new InvalidDataException("its end is missing");
        uint bytes = BitConverter.ToUInt32(end, place + 12);
        if (bytes > MaxDirectoryBytes) throw new InvalidInputException(
            $"{shown}: is an archive with a directory of {bytes:N0} bytes; a .keras file has three files");
    }

    private static string KindOf(ZipArchive archive)
    {
        if (archive.Entries.Any(entry => entry.Name == "data.pkl"))
            return "is a file of PyTorch's torch.save; a model is JSON, or Keras 3's .keras file";
        if (archive.Entries.Count > 0 && archive.Entries.All(entry => entry.Name.EndsWith(".npy", StringComparison.Ordinal)))
            return "is an npz file of numpy arrays; a model is JSON, or Keras 3's .keras file";
        return archive.Entries.Any(entry => entry.Name == "saved_model.pb")
            ? "is a zip archive with a SavedModel of TensorFlow; a model is JSON, or Keras 3's .keras file"
            : $"is a zip archive without {Config}; of archives only Keras 3's .keras files are models";
    }
}
