using DistConv.Core;

namespace DistConv.Training.Data.Idx;

/// <summary>The four files of a data set in MNIST's layout.</summary>
/// <param name="TrainImages">Path of the training images.</param>
/// <param name="TrainLabels">Path of their labels.</param>
/// <param name="TestImages">Path of the held-out images.</param>
/// <param name="TestLabels">Path of their labels.</param>
internal sealed record IdxFolder(string TrainImages, string TrainLabels, string TestImages, string TestLabels)
{
    private static readonly string[] Names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>The first of some folders that holds any of the four files; it must hold all.</summary>
    /// <exception cref="InvalidInputException">No folder holds them, or one holds only some; the line names folders, files and the remedy.</exception>
    public static IdxFolder Find(string dataSet, IReadOnlyList<string> folders, string remedy)
    {
        foreach (string folder in folders)
        {
            string?[] paths = [.. Names.Select(name => FindFile(folder, name))];
            if (paths.All(path => path is null))
                continue;
            string missing = string.Join(", ", Names.Where((_, i) => paths[i] is null));
            if (missing.Length > 0)
                throw new InvalidInputException($"data set '{dataSet}' is incomplete: folder '{folder}' lacks {missing} (with or without .gz)");
            return new IdxFolder(paths[0]!, paths[1]!, paths[2]!, paths[3]!);
        }

        string searched = string.Join(" and ", folders.Select(folder => Directory.Exists(folder) ? $"'{folder}'" : $"'{folder}' (no such folder)"));
        throw new InvalidInputException(
            $"data set '{dataSet}' was not found in {searched}: expected {string.Join(", ", Names)} (each with or without .gz); {remedy}");
    }

    /// <summary>Whether a folder holds any of the four files.</summary>
    public static bool HoldsAny(string folder) => Names.Any(name => FindFile(folder, name) is not null);

    /// <summary>Unpacked before packed, the usual name before the one with a dot.</summary>
    private static string? FindFile(string folder, string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        string[] candidates = [name, dotted, name + ".gz", dotted + ".gz"];
        return candidates.Select(candidate => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists);
    }
}
