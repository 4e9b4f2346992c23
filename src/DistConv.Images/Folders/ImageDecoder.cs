using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Images.Decoding;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>Decodes the pictures of a listing, on all cores.</summary>
/// <param name="listing">The pictures.</param>
/// <param name="options">How they become tensors.</param>
internal sealed class ImageDecoder(ImageListing listing, ImageFolderOptions options)
{
    private const int MaxNamed = 5;

    private readonly ConcurrentDictionary<string, string> _unreadable = new();
    private readonly ConcurrentDictionary<string, (int Height, int Width)> _misfits = new();
    private bool _isAllGrey = true;

    /// <summary>Decodes all.</summary>
    /// <returns>The tensors, and a line for each picture that was left out.</returns>
    /// <exception cref="InvalidInputException">Sizes differ and none was chosen, pictures cannot be read, or they do not fit into memory.</exception>
    public DecodedImages Run()
    {
        PictureReader reader = CreateReader();
        TensorShape shape = reader.Shape;
        byte[] train = Decode(listing.Train, reader), test = Decode(listing.Test, reader);
        EnsureUsable(shape);
        if (options.IsGrey is null && _isAllGrey)
        {
            // Grey as RGB has each value three times.
            shape = shape with { Channels = 1 };
            (train, test) = (EveryThird(train), EveryThird(test));
        }

        int validation = listing.Train.TakeLast(listing.ValidationCount).Count(entry => !_unreadable.ContainsKey(entry.Name));
        return new DecodedImages(Keep(listing.Train, train, shape), Keep(listing.Test, test, shape), validation, Skipped());
    }

    /// <summary>Decodes what is held out, to the size and colours of the options.</summary>
    /// <returns>The tensors, and a line for each picture that was left out.</returns>
    /// <exception cref="InvalidInputException">Pictures cannot be read, or they do not fit into memory.</exception>
    public (MemoryDataset Test, IReadOnlyList<string> Skipped) RunTest()
    {
        PictureReader reader = CreateReader();
        byte[] test = Decode(listing.Test, reader);
        EnsureUsable(reader.Shape);
        return (Keep(listing.Test, test, reader.Shape), Skipped());
    }

    private PictureReader CreateReader()
    {
        (int height, int width) = options.Size ?? FindSize();
        return new PictureReader(new TensorShape(height, width, options.IsGrey == true ? 1 : 3), new PictureOptions(options.Fit));
    }

    private string[] Skipped() => [.. _unreadable.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];

    private void EnsureUsable(TensorShape shape)
    {
        List<string> problems = [];
        if (!_misfits.IsEmpty)
        {
            int alike = listing.Train.Length + listing.Test.Length - _misfits.Count - _unreadable.Count;
            problems.Add(SizeSuggestion.ForDifferent(listing.Root, shape.Height, shape.Width, alike, _misfits));
        }

        if (!_unreadable.IsEmpty && !options.SkipsUnreadable) problems.Add(Refusal());
        if (problems.Count > 0) throw new InvalidInputException(string.Join("; ", problems));
    }

    /// <summary>The size of the first picture that can be read.</summary>
    private (int Height, int Width) FindSize()
    {
        string why = "";
        foreach (ImageEntry entry in listing.Train)
        {
            try
            {
                using PictureFile file = PictureFile.Open(Path.Combine(listing.Root, entry.Name));
                return (file.Height, file.Width);
            }
            catch (InvalidInputException e)
            {
                why = e.Message; // It is counted when it is decoded.
            }
        }

        throw new InvalidInputException($"none of the {listing.Train.Length:N0} pictures of '{listing.Root}' can be read, the last one for this reason: {why}");
    }

    private byte[] Decode(ImageEntry[] entries, PictureReader reader)
    {
        int size = reader.Shape.Size;
        long bytes = (long)entries.Length * size;
        if (bytes > Array.MaxLength) throw new InvalidInputException(SizeSuggestion.ForTooLarge(entries.Length, reader.Shape));
        byte[] pixels = GC.AllocateUninitializedArray<byte>((int)bytes);
        Parallel.For(0, entries.Length, i =>
        {
            string path = Path.Combine(listing.Root, entries[i].Name);
            try
            {
                using PictureFile file = PictureFile.Open(path);
                if (options.Size is null && (file.Height != reader.Shape.Height || file.Width != reader.Shape.Width)) _misfits.TryAdd(
                    entries[i].Name, (file.Height, file.Width));
                else reader.Read(file, pixels.AsSpan(i * size, size));
                if (!file.IsGrey) Volatile.Write(ref _isAllGrey, false);
            }
            catch (InvalidInputException e)
            {
                _unreadable.TryAdd(entries[i].Name, e.Message);
            }
        });
        return pixels;
    }

    private string Refusal()
    {
        string[] lines = Skipped();
        string more = lines.Length > MaxNamed ? $"; and {lines.Length - MaxNamed} more" : "";
        return $"{lines.Length} of {listing.Train.Length + listing.Test.Length:N0} pictures cannot be read: {string.Join("; ", lines.Take(MaxNamed))}{more}. "
            + "Mend or remove them, or leave out unreadable pictures";
    }

    /// <summary>Moves the pictures that could be read together.</summary>
    private MemoryDataset Keep(ImageEntry[] entries, byte[] pixels, TensorShape shape)
    {
        byte[] labels = [.. entries.Where(entry => !_unreadable.ContainsKey(entry.Name)).Select(entry => (byte)entry.Label)];
        if (labels.Length == 0) throw new InvalidInputException(
            $"no picture of '{listing.Root}' that can be read is left {(entries == listing.Test ? "to be held out" : "to train on")}");
        if (labels.Length < entries.Length)
        {
            int kept = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                if (_unreadable.ContainsKey(entries[i].Name)) continue;
                pixels.AsSpan(i * shape.Size, shape.Size).CopyTo(pixels.AsSpan(kept++ * shape.Size));
            }

            pixels = pixels[..(kept * shape.Size)];
        }

        if (listing.Kind == LabelKind.Class) return new MemoryDataset(shape, pixels, labels, listing.Classes.Count);
        float[] targets = [.. entries.Where(entry => !_unreadable.ContainsKey(entry.Name)).SelectMany(entry => entry.Targets)];
        return new MemoryDataset(shape, pixels, listing.Kind, targets, listing.Classes.Count);
    }

    private static byte[] EveryThird(byte[] pixels)
    {
        byte[] grey = GC.AllocateUninitializedArray<byte>(pixels.Length / 3);
        for (int i = 0; i < grey.Length; i++) grey[i] = pixels[3 * i];
        return grey;
    }
}

/// <summary>The tensors of a folder of pictures.</summary>
/// <param name="Train">What is trained on, and behind it what is for validation.</param>
/// <param name="Test">What is held out.</param>
/// <param name="ValidationCount">How many samples of <paramref name="Train"/>, the last ones, are for validation.</param>
/// <param name="Skipped">A line for each picture that cannot be read and was left out.</param>
internal sealed record DecodedImages(MemoryDataset Train, MemoryDataset Test, int ValidationCount, IReadOnlyList<string> Skipped);
