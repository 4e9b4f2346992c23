using DistConv.Core;

namespace DistConv.Training.Data.Cifar10;

/// <summary>The six files of CIFAR-10, binary version (https://www.cs.toronto.edu/~kriz/cifar.html).</summary>
internal static class Cifar10Folder
{
    /// <summary>The folder inside the published archive; people who unpack it themselves have it.</summary>
    private const string InArchive = "cifar-10-batches-bin";

    /// <summary>Names of the training files, in the order of their samples.</summary>
    public static IReadOnlyList<string> TrainNames { get; } = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];

    /// <summary>Name of the held-out file.</summary>
    public const string TestName = "test_batch.bin";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. TrainNames, TestName];

    /// <summary>Where the files may be in a data folder, in the order of looking.</summary>
    public static IReadOnlyList<string> Candidates(string root) =>
        [Path.Combine(root, "cifar10"), Path.Combine(root, "cifar10", InArchive), Path.Combine(root, InArchive), root];

    /// <summary>The first of some folders that holds any of the files; it must hold all.</summary>
    /// <exception cref="InvalidInputException">No folder holds them, or one holds only some; the line names folders, files and the remedy.</exception>
    public static string Find(IReadOnlyList<string> folders, string remedy)
    {
        foreach (string folder in folders.Where(HoldsAny))
        {
            string missing = string.Join(", ", Names.Where(name => !File.Exists(Path.Combine(folder, name))));
            return missing.Length == 0 ? folder : throw new InvalidInputException($"data set 'cifar10' is incomplete: folder '{folder}' lacks {missing}");
        }

        throw new InvalidInputException(
            $"data set 'cifar10' was not found in {string.Join(", ", folders.Select(folder => $"'{folder}'"))}: expected {string.Join(", ", Names)} "
            + $"(the binary version); {remedy}");
    }

    /// <summary>Whether a folder holds any of the files.</summary>
    public static bool HoldsAny(string folder) => Names.Any(name => File.Exists(Path.Combine(folder, name)));
}
