using System.Collections.ObjectModel;
using System.IO.Compression;
using DistConv.Core;
using DistConv.Core.Reading;
using DistConv.Training.Data.Idx;
using DistConv.Training.Files;
using DistConv.Training.Shards;

namespace DistConv.Training.Data.Npz;

/// <summary>
/// Reads a data set from an npz file. Its arrays are taken as IDX files are: values other than bytes become bytes by <see cref="IdxScale"/>, channels may
/// come first, labels of whole numbers are classes. Besides, rows of H² values are square pictures, and rows of labels with a single 1 are classes.
/// </summary>
internal static class NpzSource
{
    private const int MaxArrays = 1000, MaxDirectoryBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is held out if it has no test part.</param>
    /// <param name="note">Gets a line about what is not as usual; null: nobody reads it.</param>
    /// <returns>Both splits.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, is damaged, or holds other arrays.</exception>
    public static DataSource Load(string path, NpzOptions options, Action<string>? note)
    {
        Dictionary<(NpzPart Part, bool IsImages), NpzArray> arrays = ReadAll(path, note);
        Split train = Read(path, NpzPart.Train, arrays, null, note)
            ?? throw new InvalidInputException($"'{path}' has no images to train on; name the arrays x_train and y_train, or images and labels");
        Split? validation = Read(path, NpzPart.Validation, arrays, train, note), test = Read(path, NpzPart.Test, arrays, train, note);
        IdxClasses? classes = ClassesOf(train, [.. new[] { validation, test }.OfType<Split>()], note);
        MemoryDataset all = Dataset(train, classes);
        NpzOptions resolved = options with { TestShare = test is null ? options.TestShare ?? NpzOptions.DefaultTestShare : null };
        (MemoryDataset kept, MemoryDataset held) = test is null ? HoldOut(path, all, resolved, note) : (all, Dataset(test, classes));
        if (validation is not null) kept = Join(kept, Dataset(validation, classes));
        return new DataSource(resolved.ToName(), kept, held, DataFingerprint.Of(kept, held))
        {
            ClassNames = classes?.Names,
            ValidationCount = validation?.Images.Count ?? 0,
        };
    }

    private static Dictionary<(NpzPart Part, bool IsImages), NpzArray> ReadAll(string path, Action<string>? note)
    {
        if (Directory.Exists(path)) throw new InvalidInputException($"'{path}' is a folder; name the .npz file in it");
        try
        {
            using BudgetStream file = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16)) { Budget = MaxDirectoryBytes };
            using ZipArchive archive = new(file, ZipArchiveMode.Read);
            ReadOnlyCollection<ZipArchiveEntry> entries = archive.Entries;
            if (entries.Count > MaxArrays) throw new InvalidInputException($"'{path}' has {entries.Count:N0} arrays; a data set has at most {MaxArrays:N0}");
            file.Budget = long.MaxValue; // From here on, the limits of each array bound what is read.
            Dictionary<(NpzPart Part, bool IsImages), NpzArray> arrays = [];
            List<string> others = [];
            foreach (ZipArchiveEntry entry in entries)
            {
                bool isArray = entry.FullName.EndsWith(NpyHeader.Ending, StringComparison.Ordinal);
                string name = isArray ? entry.FullName[..^NpyHeader.Ending.Length] : entry.FullName, where = $"'{path}': array {MessageText.Quote(name)}";
                if (!isArray || NpzNames.Of(name) is not { } role) others.Add(MessageText.Quote(name));
                else if (arrays.TryGetValue(role, out NpzArray? first))
                    throw new InvalidInputException($"{where} and {first.Where} both name the same part; leave one of them out");
                else arrays.Add(role, NpzArray.Read(entry, file.Length, where));
            }

            if (others.Count > 0)
                note?.Invoke($"left out of '{Path.GetFileName(path)}': {string.Join(", ", others.Take(10))}{(others.Count > 10 ? ", …" : "")}");
            return arrays;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentOutOfRangeException)
        {
            throw new InvalidInputException($"'{path}' is not an npz file, or it is damaged: {MessageText.OneLine(e.Message)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot read '{path}': {MessageText.OneLine(e.Message)}", e);
        }
    }

    private static Split? Read(
        string path, NpzPart part, Dictionary<(NpzPart Part, bool IsImages), NpzArray> arrays, Split? train, Action<string>? note)
    {
        arrays.TryGetValue((part, true), out NpzArray? images);
        arrays.TryGetValue((part, false), out NpzArray? labels);
        if (images is null && labels is null) return null;
        string name = part.ToString().ToLowerInvariant();
        if (images is null || labels is null) throw new InvalidInputException(
            $"'{path}' has {(images is null ? "labels" : "images")} for {name} and no {(images is null ? "images" : "labels")}; "
            + $"name the arrays x_{name} and y_{name}");
        IdxImages pictures = Pictures(images, train?.Images.Scale, note);
        IdxLabels classes = LabelsOf(labels, note);
        if (pictures.Count != classes.Count) throw new InvalidInputException(
            $"{images.Where} has {pictures.Count} images, and {labels.Where} has {classes.Count} labels; the counts must be equal");
        if (train is null)
        {
            foreach (string line in pictures.Notes) note?.Invoke(line);
        }
        else if (train.Images.Shape != pictures.Shape)
        {
            throw new InvalidInputException($"{images.Where} has images of {pictures.Shape}, and those to train on are {train.Images.Shape}; give one size");
        }
        else if (train.Labels.Kind != classes.Kind || (classes.Kind != LabelKind.Class && train.Labels.TargetCount != classes.TargetCount))
        {
            throw new InvalidInputException($"{labels.Where} has other labels than those to train on: both splits need the same kind");
        }

        return new Split(pictures, classes);
    }

    private static IdxImages Pictures(NpzArray array, IdxScale? scale, Action<string>? note)
    {
        uint[] sizes = array.Sizes;
        if (sizes.Length == 2)
        {
            uint side = (uint)Math.Sqrt(sizes[1]);
            if (side * side != sizes[1]) throw new InvalidInputException(
                $"{array.Where} has rows of {sizes[1]} values, which are no square picture; save it in the shape samples × rows × columns × channels");
            note?.Invoke($"{array.Where}: rows of {sizes[1]} values become pictures of {side} × {side}");
            sizes = [sizes[0], side, side];
        }

        if (sizes.Length is not (3 or 4)) throw new InvalidInputException(
            $"{array.Where} has the shape {string.Join(" × ", sizes)}; images are samples × rows × columns, with 1 or 3 channels behind or before them");
        return IdxImages.Of(array.Where.Replace("'", "", StringComparison.Ordinal), array.Magic, sizes, array.Values, scale);
    }

    private static IdxLabels LabelsOf(NpzArray array, Action<string>? note)
    {
        uint[] sizes = array.Sizes is [var samples, 1] ? [samples] : array.Sizes;
        string where = array.Where.Replace("'", "", StringComparison.Ordinal);
        if (sizes.Length > 2)
            throw new InvalidInputException($"{array.Where} has the shape {string.Join(" × ", sizes)}; labels have one or two dimensions");
        if (sizes.Length == 2 && OneHot(array) is { } classes)
        {
            note?.Invoke($"{array.Where}: each row has a single 1 among {sizes[1]} values, whose place is the class");
            return new IdxLabels(LabelKind.Class, array.Count, classes, []);
        }

        return IdxLabels.Of(where, array.Type, sizes, array.Values);
    }

    private static byte[]? OneHot(NpzArray array)
    {
        int columns = (int)array.Sizes[1];
        if (columns > byte.MaxValue + 1) return null;
        byte[] classes = new byte[array.Count];
        for (int sample = 0; sample < classes.Length; sample++)
        {
            int ones = 0;
            for (int column = 0; column < columns; column++)
            {
                double value = IdxScale.Decode(array.Values, array.Type, (sample * columns) + column);
                if (value is not (0 or 1)) return null;
                if (value == 0) continue;
                ones++;
                classes[sample] = (byte)column;
            }

            if (ones != 1) return null;
        }

        return classes;
    }

    private static IdxClasses? ClassesOf(Split train, Split[] others, Action<string>? note) => train.Labels.Kind != LabelKind.Class ? null
        : IdxClasses.Of(train.Labels.Classes, others.Length == 0 ? train.Labels.Classes : [.. others.SelectMany(split => split.Labels.Classes)], note);

    private static MemoryDataset Dataset(Split split, IdxClasses? classes) => classes is not null
        ? new MemoryDataset(split.Images.Shape, split.Images.Pixels, classes.Apply(split.Labels.Classes), classes.Count)
        : new MemoryDataset(split.Images.Shape, split.Images.Pixels, split.Labels.Kind, split.Labels.Targets, split.Labels.TargetCount);

    /// <summary>Draws the order of the samples, and holds out the first ones of each class in it.</summary>
    private static (MemoryDataset Kept, MemoryDataset Held) HoldOut(string path, MemoryDataset all, NpzOptions options, Action<string>? note)
    {
        double share = options.TestShare!.Value;
        int[] counts = all.TargetCount > 0 ? [all.Count] : all.ClassCounts();
        int[] left = [.. counts.Select(count => (int)Math.Round(count * share, MidpointRounding.AwayFromZero))];
        List<int> kept = [], held = [];
        foreach (int sample in new SamplePermutation(options.Seed, all.Count).AsSpan()) (left[all.Label(sample)]-- > 0 ? held : kept).Add(sample);
        if (kept.Count == 0) throw new InvalidInputException($"no sample of '{path}' is left to train on: give more samples, or a smaller test split");
        if (held.Count == 0) throw new InvalidInputException($"no sample of '{path}' is held out: give more than {kept.Count}, or a larger test split");
        note?.Invoke($"'{Path.GetFileName(path)}' has no test part: {held.Count:N0} samples are held out, a share of {share} of each class");
        return (Choose(all, kept), Choose(all, held));
    }

    private static MemoryDataset Choose(MemoryDataset all, List<int> samples)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(samples.Count * all.Shape.Size);
        float[] targets = new float[samples.Count * all.TargetCount];
        for (int i = 0; i < samples.Count; i++)
        {
            all.Image(samples[i]).CopyTo(pixels.AsSpan(i * all.Shape.Size));
            ((IDataset)all).Targets(samples[i]).CopyTo(targets.AsSpan(i * all.TargetCount));
        }

        return all.TargetCount > 0 ? new MemoryDataset(all.Shape, pixels, all.Labels, targets, all.TargetCount)
            : new MemoryDataset(all.Shape, pixels, [.. samples.Select(sample => (byte)all.Label(sample))], all.ClassCount);
    }

    private static MemoryDataset Join(MemoryDataset first, MemoryDataset second)
    {
        byte[] pixels = [.. first.Pixels, .. second.Pixels];
        return first.TargetCount > 0
            ? new MemoryDataset(first.Shape, pixels, first.Labels, [.. first.AllTargets, .. second.AllTargets], first.TargetCount)
            : new MemoryDataset(first.Shape, pixels, [.. first.ClassLabels, .. second.ClassLabels], first.ClassCount);
    }

    /// <param name="Images">Its pictures.</param>
    /// <param name="Labels">A label for each.</param>
    private sealed record Split(IdxImages Images, IdxLabels Labels);
}
