using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Images.Decoding;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;

namespace DistConv.Images.Folders;

/// <summary>Decodes the pictures of a listing, on all cores: a bounded number at once, so that they need not fit into memory.</summary>
/// <param name="listing">The pictures.</param>
/// <param name="options">How they become tensors.</param>
internal sealed class ImageDecoder(ImageListing listing, ImageFolderOptions options)
{
    private const int MaxNamed = 5;

    /// <summary>Bytes of pictures that are decoded at once.</summary>
    private const int BatchBytes = 32 << 20;

    private readonly ConcurrentDictionary<string, string> _unreadable = new();
    private readonly ConcurrentDictionary<string, (int Height, int Width)> _misfits = new();
    private TensorShape? _shape;

    /// <summary>The shape of every tensor. What the options leave open is found out here from the pictures: their size, and whether all are stored as
    /// grey.</summary>
    /// <exception cref="InvalidInputException">No picture can be read.</exception>
    public TensorShape Shape => _shape ??= FindShape();

    /// <summary>Bytes of all tensors.</summary>
    public long Bytes => (long)(listing.Train.Length + listing.Test.Length) * Shape.Size;

    /// <summary>Whether all may be in memory.</summary>
    /// <param name="memoryBytes">How many bytes of tensors may be there.</param>
    public bool Fits(long memoryBytes) => Bytes <= memoryBytes && (long)int.Max(listing.Train.Length, listing.Test.Length) * Shape.Size <= Array.MaxLength;

    /// <summary>Decodes all into memory.</summary>
    /// <returns>The tensors, and a line for each picture that was left out.</returns>
    /// <exception cref="InvalidInputException">Sizes differ and none was chosen, pictures cannot be read, or they do not fit into memory.</exception>
    public DecodedImages Run()
    {
        byte[] train = DecodeAll(listing.Train), test = DecodeAll(listing.Test);
        EnsureUsable();
        return new DecodedImages(InMemory(listing.Train, train), InMemory(listing.Test, test), ValidationCount(), Skipped());
    }

    /// <summary>Decodes all into a file.</summary>
    /// <param name="writer">The file.</param>
    /// <exception cref="InvalidInputException">Sizes differ and none was chosen, or pictures cannot be read.</exception>
    public void Run(TensorFileWriter writer)
    {
        foreach (ImageEntry[] entries in (ReadOnlySpan<ImageEntry[]>)[listing.Train, listing.Test])
        {
            Decode(entries, writer.Append);
            if (HasProblems) continue; // All of them are told at once.
            writer.EndSplit(Shape, LabelsOf(entries));
        }

        EnsureUsable();
        writer.End(ValidationCount(), Skipped());
    }

    /// <summary>Decodes what is held out, to the size and colours of the options.</summary>
    /// <returns>The tensors, and a line for each picture that was left out.</returns>
    /// <exception cref="InvalidInputException">Pictures cannot be read, or they do not fit into memory.</exception>
    public (MemoryDataset Test, IReadOnlyList<string> Skipped) RunTest()
    {
        byte[] test = DecodeAll(listing.Test);
        EnsureUsable();
        return (InMemory(listing.Test, test), Skipped());
    }

    private bool HasProblems => !_misfits.IsEmpty || (!_unreadable.IsEmpty && !options.SkipsUnreadable);

    private int ValidationCount() => listing.Train.TakeLast(listing.ValidationCount).Count(entry => !_unreadable.ContainsKey(entry.Name));

    private TensorShape FindShape()
    {
        (int height, int width) = options.Size ?? FindSize();
        return new TensorShape(height, width, options.IsGrey ?? !HasColour(height, width) ? 1 : 3);
    }

    private PictureReader Reader(TensorShape shape) => new(shape, new PictureOptions(options.Fit));

    /// <summary>Whether a picture that can be decoded is stored in colour. Most folders of colour pictures show it by their first.</summary>
    private bool HasColour(int height, int width)
    {
        PictureReader reader = Reader(new TensorShape(height, width, 3));
        bool hasColour = false;
        Parallel.ForEach(listing.Train.Concat(listing.Test), (entry, loop) =>
        {
            if (!IsColour(entry, reader)) return;
            Volatile.Write(ref hasColour, true);
            loop.Stop();
        });
        return hasColour;
    }

    private bool IsColour(ImageEntry entry, PictureReader reader)
    {
        try
        {
            using PictureFile file = PictureFile.Open(Path.Combine(listing.Root, entry.Name));
            if (file.IsGrey) return false;
            if (!IsMisfit(file, reader.Shape)) reader.Read(file, new byte[reader.Shape.Size]);
            return true;
        }
        catch (InvalidInputException)
        {
            return false; // It is counted when it is decoded.
        }
    }

    private bool IsMisfit(PictureFile file, TensorShape shape) => options.Size is null && (file.Height != shape.Height || file.Width != shape.Width);

    private string[] Skipped() => [.. _unreadable.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)];

    private void EnsureUsable()
    {
        List<string> problems = [];
        if (!_misfits.IsEmpty)
        {
            int alike = listing.Train.Length + listing.Test.Length - _misfits.Count - _unreadable.Count;
            problems.Add(SizeSuggestion.ForDifferent(listing.Root, Shape.Height, Shape.Width, alike, _misfits));
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

    private byte[] DecodeAll(ImageEntry[] entries)
    {
        long bytes = (long)entries.Length * Shape.Size;
        if (bytes > Array.MaxLength) throw new InvalidInputException(SizeSuggestion.ForTooLarge(entries.Length, Shape));
        byte[] pixels = GC.AllocateUninitializedArray<byte>((int)bytes);
        int filled = 0;
        Decode(entries, picture =>
        {
            picture.CopyTo(pixels.AsSpan(filled));
            filled += picture.Length;
        });
        return filled == pixels.Length ? pixels : pixels[..filled];
    }

    /// <summary>Decodes pictures and hands those that can be read on, in order.</summary>
    private void Decode(ImageEntry[] entries, PictureSink sink)
    {
        int size = Shape.Size, length = int.Min(int.Max(1, BatchBytes / size), entries.Length);
        byte[] pixels = GC.AllocateUninitializedArray<byte>(length * size);
        PictureReader reader = Reader(Shape);
        for (int first = 0; first < entries.Length; first += length)
        {
            int start = first, count = int.Min(length, entries.Length - first);
            Parallel.For(0, count, i => Decode(entries[start + i], reader, pixels.AsSpan(i * size, size)));
            if (HasProblems) continue;
            for (int i = 0; i < count; i++)
            {
                if (!_unreadable.ContainsKey(entries[first + i].Name)) sink(pixels.AsSpan(i * size, size));
            }
        }
    }

    private void Decode(ImageEntry entry, PictureReader reader, Span<byte> pixels)
    {
        try
        {
            using PictureFile file = PictureFile.Open(Path.Combine(listing.Root, entry.Name));
            if (IsMisfit(file, reader.Shape)) _misfits.TryAdd(entry.Name, (file.Height, file.Width));
            else reader.Read(file, pixels);
        }
        catch (InvalidInputException e)
        {
            _unreadable.TryAdd(entry.Name, e.Message);
        }
    }

    private string Refusal()
    {
        string[] lines = Skipped();
        string more = lines.Length > MaxNamed ? $"; and {lines.Length - MaxNamed} more" : "";
        return $"{lines.Length} of {listing.Train.Length + listing.Test.Length:N0} pictures cannot be read: {string.Join("; ", lines.Take(MaxNamed))}{more}. "
            + "Mend or remove them, or leave out unreadable pictures";
    }

    private MemoryDataset InMemory(ImageEntry[] entries, byte[] pixels)
    {
        SampleLabels labels = LabelsOf(entries);
        return labels.Kind == LabelKind.Class ? new MemoryDataset(Shape, pixels, labels.Classes, labels.ClassCount)
            : new MemoryDataset(Shape, pixels, labels.Kind, labels.Targets, labels.TargetCount);
    }

    /// <summary>The labels of the pictures that could be read.</summary>
    private SampleLabels LabelsOf(ImageEntry[] entries)
    {
        ImageEntry[] kept = [.. entries.Where(entry => !_unreadable.ContainsKey(entry.Name))];
        if (kept.Length == 0) throw new InvalidInputException(
            $"no picture of '{listing.Root}' that can be read is left {(entries == listing.Test ? "to be held out" : "to train on")}");
        return listing.Kind == LabelKind.Class
            ? SampleLabels.OfClasses([.. kept.Select(entry => (byte)entry.Label)], listing.Classes.Count)
            : SampleLabels.OfTargets(listing.Kind, [.. kept.SelectMany(entry => entry.Targets)], listing.Classes.Count);
    }
}
