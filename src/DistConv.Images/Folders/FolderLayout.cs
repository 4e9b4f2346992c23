using DistConv.Core;

namespace DistConv.Images.Folders;

/// <summary>
/// How a folder is laid out, by the names of its folders alone: CLASS/…, SPLIT/CLASS/… or CLASS/SPLIT/…, in the folder itself or in the only one that it
/// holds, as an archive unpacks.
/// </summary>
/// <param name="Start">The path of the folder that is laid out so, with "/" at its end; "" for the root.</param>
/// <param name="Splits">The folder of each split, if there are such folders.</param>
/// <param name="IsClassFirst">Whether the splits lie in the classes.</param>
internal sealed record FolderLayout(string Start, IReadOnlyDictionary<SplitRole, string> Splits, bool IsClassFirst)
{
    /// <summary>Finds out.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="needsTraining">Whether splits without one to train on are an error.</param>
    /// <exception cref="InvalidInputException">Two folders have names of the same split, or there is one to hold out and none to train on.</exception>
    public static FolderLayout Of(PictureTree tree, bool needsTraining)
    {
        string start = StartOf(tree);
        string[] folders = tree.FoldersIn(start);
        IReadOnlyDictionary<SplitRole, string> splits = SplitsAmong(folders, tree.Root, start);
        bool haveTrain = splits.ContainsKey(SplitRole.Train);
        bool areAll = splits.Count > 0 && splits.Count == folders.Length;
        if (haveTrain && (splits.Count > 1 || areAll)) return new FolderLayout(start, splits, false);
        if (areAll)
        {
            if (!needsTraining) return new FolderLayout(start, splits, false);
            throw new InvalidInputException(
                $"'{tree.Root}' has {string.Join(" and ", splits.Values.Select(name => $"'{start}{name}'"))}, and no folder 'train'; "
                + "add one, or name the folder that holds the classes");
        }

        return ClassFirst(tree, start, folders) ?? new FolderLayout(start, new Dictionary<SplitRole, string>(), false);
    }

    /// <summary>The path of a split's folder with "/" at its end, if splits come first.</summary>
    /// <param name="role">The split.</param>
    public string PrefixOf(SplitRole role) => $"{Start}{Splits[role]}/";

    /// <summary>What messages call the training split; null if there are no splits.</summary>
    public string? TrainingName => Splits.GetValueOrDefault(SplitRole.Train);

    /// <summary>The names of the classes' folders that lie in the training split, pictures in them or not.</summary>
    public string[] ClassesOf(PictureTree tree) => tree.FoldersIn(Splits.Count == 0 || IsClassFirst ? Start : PrefixOf(SplitRole.Train));

    /// <summary>What a picture is for, and its class.</summary>
    /// <param name="name">Its path in the tree.</param>
    /// <returns>Null if its place says neither.</returns>
    public (SplitRole Role, string Class)? Place(string name)
    {
        if (!name.StartsWith(Start, StringComparison.Ordinal)) return null;
        string[] parts = name[Start.Length..].Split('/');
        if (Splits.Count == 0) return parts.Length > 1 ? (SplitRole.Train, parts[0]) : null;
        if (parts.Length < 3) return null;
        (string split, string picked) = IsClassFirst ? (parts[1], parts[0]) : (parts[0], parts[1]);
        foreach ((SplitRole role, string folder) in Splits)
        {
            if (folder == split || (IsClassFirst && SplitNames.RoleOf(split) == role)) return (role, picked);
        }

        return null;
    }

    /// <summary>Goes down while a folder holds nothing but one other: to the first that is laid out in classes or splits, if there is one.</summary>
    private static string StartOf(PictureTree tree)
    {
        for (string at = ""; ;)
        {
            string[] filled = [.. tree.FoldersIn(at).Where(name => tree.HasPictures(at + name))];
            if (filled.Length > 1 || filled.Any(name => SplitNames.RoleOf(name) is not null) || tree.LabelFileIn(at) is not null) return at;
            if (filled.Length == 0 || tree.Pictures.Exists(picture => IsDirectlyIn(picture.Name, at))) return "";
            at = $"{at}{filled[0]}/";
        }
    }

    private static bool IsDirectlyIn(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf('/', prefix.Length) < 0;

    private static Dictionary<SplitRole, string> SplitsAmong(string[] folders, string root, string start)
    {
        Dictionary<SplitRole, string> splits = [];
        foreach (string folder in folders)
        {
            if (SplitNames.RoleOf(folder) is not { } role || splits.TryAdd(role, folder)) continue;
            throw new InvalidInputException(
                $"'{root}' has '{start}{splits[role]}' and '{start}{folder}', which both name the {Word(role)} split; put their pictures together, or rename "
                + "one");
        }

        return splits;
    }

    /// <summary>Each class has folders of splits, among them one to train on, and nothing else.</summary>
    private static FolderLayout? ClassFirst(PictureTree tree, string start, string[] classes)
    {
        Dictionary<SplitRole, string> splits = [];
        foreach (string name in classes.Where(name => tree.HasPictures(start + name)))
        {
            string[] inside = [.. tree.FoldersIn($"{start}{name}/").Where(folder => tree.HasPictures($"{start}{name}/{folder}"))];
            if (inside.Length == 0 || inside.Any(folder => SplitNames.RoleOf(folder) is null)) return null;
            foreach (string folder in inside) splits.TryAdd(SplitNames.RoleOf(folder)!.Value, folder);
        }

        return splits.Count > 1 && splits.ContainsKey(SplitRole.Train) ? new FolderLayout(start, splits, true) : null;
    }

    private static string Word(SplitRole role) => role switch
    {
        SplitRole.Train => "training",
        SplitRole.Validation => "validation",
        SplitRole.Test => "test",
        _ => throw new InvalidOperationException($"no word for {role}"),
    };
}
