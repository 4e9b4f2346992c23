using DistConv.Core;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>Lists pictures by a label file instead of by folders: ROOT/labels.csv, or one in the folder of each split.</summary>
internal static class LabelledListing
{
    /// <summary>The folders with a label file, if pictures are labelled so.</summary>
    /// <param name="tree">The folder.</param>
    /// <returns>The path of each split's folder with "/" at its end, or of the one folder, as if it were to train on; null without label files.</returns>
    /// <exception cref="InvalidInputException">One split has a label file, and another one lacks it.</exception>
    public static IReadOnlyDictionary<SplitRole, string>? PartsOf(PictureTree tree)
    {
        if (tree.LabelFileIn("") is not null) return new Dictionary<SplitRole, string> { [SplitRole.Train] = "" };
        FolderLayout layout = FolderLayout.Of(tree, needsTraining: false);
        if (tree.LabelFileIn(layout.Start) is not null) return new Dictionary<SplitRole, string> { [SplitRole.Train] = layout.Start };
        if (layout.IsClassFirst) return null;
        Dictionary<SplitRole, string> parts = layout.Splits.Keys.ToDictionary(role => role, layout.PrefixOf);
        string[] lacking = [.. parts.Values.Where(part => tree.LabelFileIn(part) is null).Order(StringComparer.Ordinal)];
        if (lacking.Length == parts.Count) return null;
        return lacking.Length == 0 ? parts : throw new InvalidInputException(
            $"'{Path.Combine(tree.Root, lacking[0])}' has no {LabelFile.Name}, and another split of '{tree.Root}' has one; each needs one");
    }

    /// <summary>Lists pictures to train on.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="parts">What <see cref="PartsOf"/> found.</param>
    /// <param name="options">Share and seed.</param>
    /// <exception cref="InvalidInputException">Something is wrong with the files; all of it is listed.</exception>
    public static ImageListing Of(PictureTree tree, IReadOnlyDictionary<SplitRole, string> parts, ImageFolderOptions options)
    {
        if (!parts.TryGetValue(SplitRole.Train, out string? train)) throw new InvalidInputException(
            $"'{tree.Root}' has {string.Join(" and ", parts.Values.Select(part => $"'{part.TrimEnd('/')}'"))}, and no folder 'train'; add one");
        (ListedParts listed, LabelTable table, List<string> notes) = Read(tree, parts, options.Seed, minClasses: 2);
        listed.HoldOut(tree.Root, options, parts.Count > 1 ? train.TrimEnd('/') : null, table.Kind == LabelKind.Class ? table.Names : [], notes);
        HashSet<int> filled = [.. listed.Train.Select(entry => entry.Label)];
        if (table.Kind == LabelKind.Class && table.Names.Where((_, label) => !filled.Contains(label)).ToArray() is { Length: > 0 } empty)
            throw new InvalidInputException(
                $"{LeftOut.Plural("class", empty.Length)} '{string.Join("', '", empty)}' in the {LabelFile.Name} of '{tree.Root}' has no picture to train on; "
                    + "add some, or remove its lines");
        return new ImageListing(tree.Root, [.. table.Names], listed) { Kind = table.Kind, HasLabelFile = true, Notes = notes };
    }

    /// <summary>Lists the test split, or all pictures if there is none.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="parts">What <see cref="PartsOf"/> found.</param>
    /// <param name="options">The seed.</param>
    /// <exception cref="InvalidInputException">Something is wrong with the files; all of it is listed.</exception>
    public static ImageListing ForEvaluation(PictureTree tree, IReadOnlyDictionary<SplitRole, string> parts, ImageFolderOptions options)
    {
        bool hasTest = parts.ContainsKey(SplitRole.Test);
        (ListedParts all, LabelTable table, List<string> notes) = Read(tree, parts, options.Seed, minClasses: 1);
        ListedParts listed = new();
        listed.Test.AddRange(hasTest ? all.Test : [.. all.Train, .. all.Validation]);
        return new ImageListing(tree.Root, [.. table.Names], listed) { Kind = table.Kind, HasLabelFile = true, Notes = notes };
    }

    private static (ListedParts Parts, LabelTable Table, List<string> Notes) Read(
        PictureTree tree, IReadOnlyDictionary<SplitRole, string> parts, ulong seed, int minClasses)
    {
        (SplitRole Role, string Prefix, LabelFile File)[] files =
            [.. parts.OrderBy(part => part.Key).Select(part => (part.Key, part.Value, LabelFile.Read(tree.LabelFileIn(part.Value)!)))];
        LabelTable table = LabelTable.Of([.. files.Select(part => part.File)], minClasses);
        ListedParts listed = new();
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((SplitRole role, string prefix, LabelFile file) in files)
        {
            foreach (LabelLine line in file.Lines)
            {
                string name = prefix + line.Picture;
                known.Add(name);
                listed[role].Add(ImageEntry.Of(name, new FileInfo(Path.Combine(tree.Root, name)), table.LabelOf(line), seed) with
                {
                    Targets = table.TargetsOf(line, file),
                });
            }
        }

        foreach (string name in tree.Pictures.Select(picture => picture.Name).Where(name => !known.Contains(name)))
        {
            LabelFile? file = files.FirstOrDefault(part => name.StartsWith(part.Prefix, StringComparison.Ordinal)).File;
            tree.LeftOut.Add(new LeftOutReason("picture", file is null ? "outside the folders of the splits" : $"without a line in '{file.FilePath}'"), name);
        }

        List<string> notes = [.. tree.LeftOut.Lines()];
        if (table.Kind == LabelKind.Class && files[0].File.Columns is [var column] && table.Names.All(name => name.All(char.IsAsciiDigit)))
        {
            notes.Add($"the whole numbers in column '{column}' of {LabelFile.Name} are {table.Names.Count} classes; "
                + "write them with a decimal point (35.0) to have them learned as numbers");
        }

        return (listed, table, notes);
    }
}
