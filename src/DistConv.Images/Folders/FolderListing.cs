using DistConv.Core;
using DistConv.Images.Decoding;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>Lists pictures by the folders that they lie in.</summary>
internal static class FolderListing
{
    private const int MaxClasses = 256, MaxNamed = 20;

    /// <summary>Lists a folder to train on.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="options">Share and seed.</param>
    /// <exception cref="InvalidInputException">It is not laid out in classes; all that is wrong is listed.</exception>
    public static ImageListing Of(PictureTree tree, ImageFolderOptions options)
    {
        FolderLayout layout = FolderLayout.Of(tree, needsTraining: true);
        string[] classes = layout.ClassesOf(tree);
        List<string> notes = NotesOn(tree, layout);
        ListedParts parts = Place(tree, layout, classes, options.Seed, out SortedSet<string> strangers);
        notes.AddRange(tree.LeftOut.Lines());
        Check(tree, layout, classes, parts, strangers);
        parts.HoldOut(tree.Root, options, layout.TrainingName, classes, notes);
        return new ImageListing(tree.Root, classes, parts) { Notes = notes };
    }

    /// <summary>Lists the test split of a folder, or all of it if it has none.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="options">The seed.</param>
    /// <exception cref="InvalidInputException">It has no picture with a class.</exception>
    public static ImageListing ForEvaluation(PictureTree tree, ImageFolderOptions options)
    {
        FolderLayout layout = FolderLayout.Of(tree, needsTraining: false);
        bool hasTest = layout.Splits.ContainsKey(SplitRole.Test);
        string[] classes = [.. tree.Pictures.Select(picture => layout.Place(picture.Name)?.Class).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        List<string> notes = NotesOn(tree, layout);
        ListedParts all = Place(tree, layout, classes, options.Seed, out _), parts = new();
        parts.Test.AddRange(hasTest ? all.Test : [.. all.Train, .. all.Validation]);
        notes.AddRange(tree.LeftOut.Lines());
        if (parts.Test.Count == 0) throw Empty(tree, layout);
        if (layout.Splits.Count > 0 && !hasTest) notes.Add($"'{tree.Root}' has no test split: all of its splits are evaluated");
        return new ImageListing(tree.Root, classes, parts) { Notes = notes };
    }

    private static ListedParts Place(PictureTree tree, FolderLayout layout, string[] classes, ulong seed, out SortedSet<string> strangers)
    {
        Dictionary<string, int?> labels = new(StringComparer.Ordinal);
        strangers = new SortedSet<string>(StringComparer.Ordinal);
        ListedParts parts = new();
        LeftOutReason inRoot = new("picture", $"in '{tree.Root}' itself, in no class");
        LeftOutReason loose = new("picture", $"in no folder of a {(layout.Splits.Count == 0 ? "class" : "split and class")}");
        foreach (TreePicture picture in tree.Pictures)
        {
            if (layout.Place(picture.Name) is not { } place)
            {
                tree.LeftOut.Add(picture.Name.Contains('/') ? loose : inRoot, picture.Name);
                continue;
            }

            if (!labels.TryGetValue(place.Class, out int? known)) labels.Add(place.Class, known = ClassNames.Find(classes, place.Class));
            if (known is { } label) parts[place.Role].Add(ImageEntry.Of(picture.Name, picture.File, label, seed));
            else strangers.Add(Path.Combine(tree.Root, layout.PrefixOf(place.Role) + place.Class));
        }

        return parts;
    }

    private static List<string> NotesOn(PictureTree tree, FolderLayout layout)
    {
        List<string> notes = [];
        if (layout.Start.Length > 0) notes.Add($"the pictures are those of '{layout.Start.TrimEnd('/')}', the only folder of pictures in '{tree.Root}'");
        int depth = layout.Start.Count(letter => letter == '/') + (layout.Splits.Count > 0 ? 2 : 1);
        SortedSet<string> nested = new(StringComparer.Ordinal);
        foreach (TreePicture picture in tree.Pictures)
        {
            string[] folders = picture.Name.Split('/')[..^1];
            if (folders.Length > depth && layout.Place(picture.Name) is not null) nested.Add(string.Join('/', folders.Take(depth + 1)));
        }

        if (nested.Count > 0)
            notes.Add($"pictures in folders inside a class's folder are of that class ({LeftOut.Named(nested)})");
        return notes;
    }

    private static void Check(PictureTree tree, FolderLayout layout, string[] classes, ListedParts parts, SortedSet<string> strangers)
    {
        if (parts.Train.Count + parts.Validation.Count + parts.Test.Count == 0) throw Empty(tree, layout);
        List<string> problems = [];
        string layouts = $"give a folder for each class ({tree.Root}/CLASS/…), or {tree.Root}/train/CLASS/… and {tree.Root}/test/CLASS/…";
        if (classes.Length == 1) problems.Add($"'{tree.Root}' has only the class '{classes[0]}'; {layouts}");
        if (classes.Length > MaxClasses) problems.Add($"'{tree.Root}' has {classes.Length:N0} classes; at most {MaxClasses} are possible");
        if (classes.Any(name => name.Any(char.IsControl)))
            problems.Add($"'{tree.Root}' has a class whose name has a line break or another control character; rename its folder");
        if (strangers.Count > 0)
        {
            string train = Path.Combine(tree.Root, layout.Start + layout.TrainingName);
            string are = strangers.Count == 1 ? "is a class" : "are classes";
            problems.Add($"'{string.Join("', '", strangers.Take(MaxNamed))}' {are} that '{train}' lacks; both need the same classes");
        }

        HashSet<int> filled = [.. parts.Train.Select(entry => entry.Label)];
        string[] empty = [.. classes.Where((_, label) => !filled.Contains(label))];
        if (empty.Length > 0)
            problems.Add(
                $"{LeftOut.Plural("class", empty.Length)} '{string.Join("', '", empty.Take(MaxNamed))}'{(empty.Length > MaxNamed ? ", …" : "")} in "
                + $"'{tree.Root}' {(empty.Length == 1 ? "has" : "have")} no picture to train on; add some, or remove the folder");
        if (problems.Count > 0) throw new InvalidInputException(string.Join("; ", [.. problems, .. tree.LeftOut.Lines()]));
    }

    private static InvalidInputException Empty(PictureTree tree, FolderLayout layout)
    {
        string layouts = layout.TrainingName is { } train ? $"give a folder for each class in '{train}'"
            : $"give a folder for each class ({tree.Root}/CLASS/…), or {tree.Root}/train/CLASS/… and {tree.Root}/test/CLASS/…";
        return new InvalidInputException(string.Join("; ", [
            $"'{tree.Root}' holds no pictures ({PictureFile.Known}) in folders of classes; {layouts}, or a file {LabelFile.Name}", .. tree.LeftOut.Lines()]));
    }
}
