using DistConv.Core;
using DistConv.Images.Decoding;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>Lists pictures by a label file instead of by folders: ROOT/labels.csv, or ROOT/train/labels.csv and ROOT/test/labels.csv (or val).</summary>
internal static class LabelledListing
{
    private const int MaxNamed = 5;

    /// <summary>Lists them.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="parts">The parts with a label file each: "" alone, or "train/" and that which is held out.</param>
    /// <param name="options">Share and seed.</param>
    /// <returns>Both splits before they are put in order, what they are labelled with, and a line for each part that has pictures without a label.</returns>
    /// <exception cref="InvalidInputException">Something is wrong with the files; all of it is listed.</exception>
    public static (ImageEntry[] Train, ImageEntry[] Test, LabelTable Table, List<string> Notes) Of(string root, string[] parts, ImageFolderOptions options)
    {
        LabelFile[] files = [.. parts.Select(part => LabelFile.Read(Path.Combine(root, part, LabelFile.Name)))];
        LabelTable table = LabelTable.Of(files);
        ImageEntry[][] entries = [.. files.Select((file, at) => Entries(root, parts[at], file, table, options.Seed))];
        List<string> notes = [.. files.Select((file, at) => Unlabelled(root, parts[at], file)).OfType<string>()];
        if (table.Kind == LabelKind.Class && files[0].Columns is [var column] && table.Names.All(name => name.All(char.IsAsciiDigit)))
        {
            notes.Add($"the whole numbers in column '{column}' of {LabelFile.Name} are {table.Names.Count} classes; "
                + "write them with a decimal point (35.0) to have them learned as numbers");
        }

        if (entries is [var train, var test]) return (train, test, table, notes);
        (List<ImageEntry> kept, List<ImageEntry> heldOut) = ([], []);
        foreach (IGrouping<int, ImageEntry> members in entries[0].GroupBy(entry => entry.Label))
        {
            ImageEntry[] ordered = ImageListing.InOrder(members);
            int count = (int)Math.Round(ordered.Length * options.TestShare, MidpointRounding.AwayFromZero);
            heldOut.AddRange(ordered.Take(count));
            kept.AddRange(ordered.Skip(count));
        }

        return ([.. kept], [.. heldOut], table, notes);
    }

    private static ImageEntry[] Entries(string root, string part, LabelFile file, LabelTable table, ulong seed) =>
        [.. file.Lines.Select(line => ImageListing.Entry(root, new FileInfo(Path.Combine(root, part, line.Picture)), table.LabelOf(line), seed) with
        {
            Targets = table.TargetsOf(line, file),
        })];

    private static string? Unlabelled(string root, string part, LabelFile file)
    {
        string folder = Path.Combine(root, part);
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };
        HashSet<string> known = [.. file.Lines.Select(line => line.Picture)];
        string[] missing = [.. Directory.EnumerateFiles(folder, "*", everywhere).Where(path => PictureFile.HasEnding(path))
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')).Where(name => !known.Contains(name))
            .Order(StringComparer.Ordinal)];
        string more = missing.Length > MaxNamed ? ", …" : "";
        return missing.Length == 0 ? null
            : $"left out: {missing.Length} {(missing.Length == 1 ? "picture" : "pictures")} without a line in '{file.FilePath}' "
                + $"({string.Join(", ", missing.Take(MaxNamed))}{more})";
    }
}
