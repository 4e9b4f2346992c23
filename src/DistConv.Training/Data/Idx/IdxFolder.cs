using System.Text.RegularExpressions;
using DistConv.Core;

namespace DistConv.Training.Data.Idx;

/// <summary>The four files of a data set in MNIST's layout.</summary>
/// <param name="TrainImages">Path of the training images.</param>
/// <param name="TrainLabels">Path of their labels.</param>
/// <param name="TestImages">Path of the held-out images.</param>
/// <param name="TestLabels">Path of their labels.</param>
internal sealed partial record IdxFolder(string TrainImages, string TrainLabels, string TestImages, string TestLabels)
{
    private static readonly string[] Names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Whether these are EMNIST's files by their names: its pictures are stored transposed.</summary>
    public bool IsEmnist => Path.GetFileName(TrainImages).StartsWith("emnist", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first of some folders that holds any of the four files; it must hold all.</summary>
    /// <exception cref="InvalidInputException">No folder holds them, or one holds only some; the line names folders, files and the remedy.</exception>
    public static IdxFolder Find(string dataSet, IReadOnlyList<string> folders, string remedy)
    {
        foreach (string folder in folders)
        {
            string?[] paths = [.. Names.Select(name => FindFile(folder, name))];
            if (paths.Any(path => path is not null)) return Complete(dataSet, folder, paths, "");
        }

        throw NotFound(dataSet, folders, remedy);
    }

    /// <summary>
    /// The files of one's own data set. Their names may begin with a name of the set, say "test" for "t10k", and end in any type: emnist-letters-train-images-
    /// idx3-ubyte.gz, test-labels-idx2-int. Of a folder with several sets, the path names one: DIR/emnist-letters.
    /// </summary>
    /// <param name="path">The folder, or the folder and the beginning of the names.</param>
    /// <exception cref="InvalidInputException">The files are not there, some are missing, or there are several sets.</exception>
    public static IdxFolder FindOwn(string path)
    {
        string folder = path, wanted = "";
        if (!Directory.Exists(path) && Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && Directory.Exists(parent))
            (folder, wanted) = (parent, Path.GetFileName(path));
        Dictionary<string, string?[]> sets = SetsIn(folder);
        if (folder != path) sets = sets.Where(set => set.Key.Equals(wanted, StringComparison.OrdinalIgnoreCase)).ToDictionary();
        if (sets.Count == 0) throw NotFound("idx", [path], "name the folder that holds them");
        if (sets.TryGetValue("", out string?[]? plain)) return Complete("idx", folder, plain, "");
        string[] complete = [.. sets.Keys.Where(name => sets[name].All(file => file is not null)).Order(StringComparer.Ordinal)];
        if (complete.Length > 1) throw new InvalidInputException(
            $"'{folder}' holds {complete.Length} data sets, {string.Join(", ", complete)}; name one, as idx:{Path.Combine(folder, complete[0])}");
        string prefix = complete is [var only] ? only : sets.Keys.Order(StringComparer.Ordinal).MaxBy(name => sets[name].Count(file => file is not null))!;
        return Complete("idx", folder, sets[prefix], prefix + "-");
    }

    /// <summary>Whether a folder holds any of the four files.</summary>
    public static bool HoldsAny(string folder) => Names.Any(name => FindFile(folder, name) is not null);

    /// <summary>Whether a folder holds all four files.</summary>
    public static bool HoldsAll(string folder) => Names.All(name => FindFile(folder, name) is not null);

    /// <summary>The files of each set by the beginning of their names, in the order of <see cref="Names"/>: unpacked before packed.</summary>
    private static Dictionary<string, string?[]> SetsIn(string folder)
    {
        Dictionary<string, string?[]> sets = new(StringComparer.OrdinalIgnoreCase);
        if (!Directory.Exists(folder)) return sets;
        foreach (string path in Directory.EnumerateFiles(folder).OrderBy(path => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            .ThenBy(path => path, StringComparer.Ordinal))
        {
            Match match = FileName().Match(Path.GetFileName(path));
            if (!match.Success) continue;
            bool isTrain = match.Groups["split"].Value.StartsWith("tr", StringComparison.OrdinalIgnoreCase);
            bool isLabels = match.Groups["what"].Value.StartsWith("l", StringComparison.OrdinalIgnoreCase);
            string prefix = match.Groups["prefix"].Value;
            if (!sets.TryGetValue(prefix, out string?[]? files)) sets.Add(prefix, files = new string?[Names.Length]);
            files[(isTrain ? 0 : 2) + (isLabels ? 1 : 0)] ??= path;
        }

        return sets;
    }

    private static IdxFolder Complete(string dataSet, string folder, string?[] paths, string prefix)
    {
        string missing = string.Join(", ", Names.Where((_, i) => paths[i] is null).Select(name => prefix + name));
        return missing.Length == 0
            ? new IdxFolder(paths[0]!, paths[1]!, paths[2]!, paths[3]!)
            : throw new InvalidInputException($"data set '{dataSet}' is incomplete: folder '{folder}' lacks {missing} (with or without .gz)");
    }

    private static InvalidInputException NotFound(string dataSet, IReadOnlyList<string> folders, string remedy)
    {
        string searched = string.Join(" and ", folders.Select(folder => Directory.Exists(folder) ? $"'{folder}'" : $"'{folder}' (no such folder)"));
        return new InvalidInputException(
            $"data set '{dataSet}' was not found in {searched}: expected {string.Join(", ", Names)} (each with or without .gz); {remedy}");
    }

    /// <summary>Unpacked before packed, the usual name before the one with a dot.</summary>
    private static string? FindFile(string folder, string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        string[] candidates = [name, dotted, name + ".gz", dotted + ".gz"];
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists);
    }

    [GeneratedRegex(
        @"^((?<prefix>.+?)[-_. ])?(?<split>train|training|test|testing|t10k)[-_. ](?<what>images?|labels?)([-_. ]idx\d)?"
            + @"([-_. ](u?byte|u?int\d*|short|float\d*|double))?(\.idx|\.bin)?(\.gz)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex FileName();
}
