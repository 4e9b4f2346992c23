using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DistConv.Core;
using DistConv.Images.Decoding;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>A picture of a folder.</summary>
/// <param name="Name">Its path in the folder, with "/".</param>
/// <param name="Label">Its class.</param>
/// <param name="Order">Its place among the others: part of a hash of seed and name.</param>
/// <param name="Stamp">Length and time of the last change, by which a changed file is noticed.</param>
internal sealed record ImageEntry(string Name, int Label, ulong Order, string Stamp)
{
    /// <summary>What it is labelled with, if not a class.</summary>
    public float[] Targets { get; init; } = [];
}

/// <summary>The pictures of a folder, their classes, and which of them are held out. Nothing is decoded for it.</summary>
internal sealed class ImageListing
{
    private static readonly string[] _heldOutNames = ["test", "val", "valid", "validation"];

    private ImageListing(string root, string[] classes, ImageEntry[] train, ImageEntry[] test) => (Root, Classes, Train, Test) = (root, classes, train, test);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>What the pictures are labelled with.</summary>
    public LabelKind Kind { get; private init; }

    /// <summary>Whether a label file says so; otherwise folders do.</summary>
    public bool HasLabelFile { get; private init; }

    /// <summary>What was noticed.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>The classes: names of folders, in ordinal order, or those of a label file; or the names of the targets.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>What is trained on. The order mixes the classes, so that the first or last samples are of all of them.</summary>
    public ImageEntry[] Train { get; }

    /// <summary>What is held out, likewise.</summary>
    public ImageEntry[] Test { get; }

    /// <summary>Lists a folder: ROOT/CLASS/…, or ROOT/train/CLASS/… and ROOT/test/CLASS/… (or val); or by a file
    /// <c>labels.csv</c> in ROOT, or in both of train and test.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">Share and seed.</param>
    /// <returns>The listing.</returns>
    /// <exception cref="InvalidInputException">It is not there, or not laid out so; there is a class too few or too many, or no picture.</exception>
    public static ImageListing Of(string root, ImageFolderOptions options)
    {
        try
        {
            if (!Directory.Exists(root)) throw new InvalidInputException($"the folder of pictures '{root}' does not exist");
            string train = Path.Combine(root, "train");
            string? heldOut = _heldOutNames.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);
            if (File.Exists(Path.Combine(root, LabelFile.Name))) return Labelled(root, [""], options);
            if (!Directory.Exists(train) || heldOut is null) return Split(root, options);
            string[] parts = ["train/", Path.GetFileName(heldOut) + "/"];
            string[] lacking = [.. parts.Where(part => !File.Exists(Path.Combine(root, part, LabelFile.Name)))];
            if (lacking.Length == 0) return Labelled(root, parts, options);
            if (lacking.Length == 1) throw new InvalidInputException(
                $"'{Path.Combine(root, lacking[0])}' has no {LabelFile.Name}, and the other part of '{root}' has one; both need one");
            string[] classes = ClassesOf(train);
            if (ClassesOf(heldOut).Except(classes).FirstOrDefault() is { } stranger)
                throw new InvalidInputException($"'{Path.Combine(heldOut, stranger)}' is a class that '{train}' lacks; both need the same classes");
            return Checked(
                root, classes, Entries(root, "train/", classes, options.Seed), Entries(root, Path.GetFileName(heldOut) + "/", classes, options.Seed));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot list the pictures of '{root}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>A hash of all names, lengths and times, and of what is made of them.</summary>
    /// <param name="options">The name with all options.</param>
    /// <returns>SHA-256 in hexadecimal.</returns>
    public string Key(string options)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{options}\n{string.Join('\n', Classes)}\n{Train.Length}\n"));
        if (HasLabelFile) hash.AppendData(Encoding.UTF8.GetBytes($"{Kind}\n"));
        foreach (ImageEntry entry in HasLabelFile ? Train.Concat(Test) : [])
        {
            hash.AppendData(BitConverter.GetBytes(entry.Label));
            foreach (float target in entry.Targets) hash.AppendData(BitConverter.GetBytes(target));
        }

        foreach (ImageEntry entry in Train.Concat(Test)) hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Name}\n{entry.Stamp}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ImageListing Labelled(string root, string[] parts, ImageFolderOptions options)
    {
        (ImageEntry[] train, ImageEntry[] test, LabelTable table, List<string> notes) = LabelledListing.Of(root, parts, options);
        string[] names = [.. table.Names];
        if (table.Kind == LabelKind.Class && names.FirstOrDefault(name => train.All(entry => names[entry.Label] != name)) is { } empty)
            throw new InvalidInputException($"class '{empty}' in the {LabelFile.Name} of '{root}' has no picture to train on; add some, or remove its lines");
        if (train.Length == 0) throw new InvalidInputException($"no picture of '{root}' is left to train on: give more pictures, or a smaller test split");
        if (test.Length == 0) throw new InvalidInputException(
            $"no picture of '{root}' is held out: give more than {train.Length} pictures, a larger test split, or folders 'train' and 'test'");
        return new ImageListing(root, names, InOrder(train), InOrder(test)) { Kind = table.Kind, HasLabelFile = true, Notes = notes };
    }

    /// <summary>Of each class the first pictures by hash are held out, so a new picture moves at most a few of the others.</summary>
    private static ImageListing Split(string root, ImageFolderOptions options)
    {
        string[] classes = ClassesOf(root);
        List<ImageEntry> train = [], test = [];
        foreach (IGrouping<int, ImageEntry> members in Entries(root, "", classes, options.Seed).GroupBy(entry => entry.Label))
        {
            ImageEntry[] ordered = [.. members];
            int heldOut = (int)Math.Round(ordered.Length * options.TestShare, MidpointRounding.AwayFromZero);
            test.AddRange(ordered.Take(heldOut));
            train.AddRange(ordered.Skip(heldOut));
        }

        return Checked(root, classes, [.. train], [.. test]);
    }

    private static ImageListing Checked(string root, string[] classes, ImageEntry[] train, ImageEntry[] test)
    {
        const int maxClasses = 256;
        string layout = $"give a folder for each class ({root}/CLASS/…), or {root}/train/CLASS/… and {root}/test/CLASS/…";
        if (train.Length + test.Length == 0) throw new InvalidInputException(
            $"'{root}' holds no pictures ({string.Join(", ", PictureFile.Endings)}) in folders; {layout}");
        if (classes.Length < 2) throw new InvalidInputException($"'{root}' has only the class '{classes[0]}'; {layout}");
        if (classes.Length > maxClasses) throw new InvalidInputException($"'{root}' has {classes.Length} classes; at most {maxClasses} are possible");
        if (classes.FirstOrDefault(name => name.Contains('\n')) is not null) throw new InvalidInputException(
            $"'{root}' has a class whose name has two lines; rename its folder");
        int[] counts = new int[classes.Length];
        foreach (ImageEntry entry in train) counts[entry.Label]++;
        if (Array.IndexOf(counts, 0) is >= 0 and int empty) throw new InvalidInputException(
            $"class '{classes[empty]}' in '{root}' has no picture to train on; add some, or remove its folder");
        if (test.Length == 0) throw new InvalidInputException(
            $"no picture of '{root}' is held out: give more than {train.Length} pictures, a larger test split, or folders 'train' and 'test'");
        return new ImageListing(root, classes, InOrder(train), InOrder(test));
    }

    /// <summary>By hash.</summary>
    public static ImageEntry[] InOrder(IEnumerable<ImageEntry> entries) =>
        [.. entries.OrderBy(entry => entry.Order).ThenBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>A picture.</summary>
    /// <param name="root">The folder of all.</param>
    /// <param name="file">Its file.</param>
    /// <param name="label">Its class.</param>
    /// <param name="seed">Key of the order.</param>
    public static ImageEntry Entry(string root, FileInfo file, int label, ulong seed)
    {
        string name = Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{name}"));
        return new ImageEntry(name, label, BinaryPrimitives.ReadUInt64BigEndian(hash), $"{file.Length} {file.LastWriteTimeUtc.Ticks}");
    }

    private static string[] ClassesOf(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal)];

    private static ImageEntry[] Entries(string root, string part, string[] classes, ulong seed)
    {
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };
        List<ImageEntry> entries = [];
        for (int label = 0; label < classes.Length; label++)
        {
            DirectoryInfo folder = new(Path.Combine(root, part, classes[label]));
            foreach (FileInfo file in folder.Exists ? folder.EnumerateFiles("*", everywhere) : [])
            {
                if (!PictureFile.HasEnding(file.Name)) continue;
                entries.Add(Entry(root, file, label, seed));
            }
        }

        return InOrder(entries);
    }
}
