using DistConv.Core;
using DistConv.Training.Data.Digits;
using DistConv.Training.Data.Idx;

namespace DistConv.Training.Data;

/// <summary>A data set that can be named, and one line about it.</summary>
/// <param name="Name">What to write, for example "digits" or "idx:DIR".</param>
/// <param name="Description">What it is.</param>
public sealed record DataSetName(string Name, string Description);

/// <summary>Finds data sets by name. Nothing is downloaded.</summary>
public static class DataCatalog
{
    private const string IdxPrefix = "idx:";

    /// <summary>Every name that <see cref="Open"/> knows, the default first.</summary>
    public static IReadOnlyList<DataSetName> Names { get; } =
    [
        new("digits", "60,000 + 10,000 handwriting-like 28 × 28 digits that DistConv draws itself; needs no file"),
        new("mnist", "60,000 + 10,000 handwritten 28 × 28 digits, from the IDX files in the data folder or its folder mnist"),
        new("fashion-mnist", "60,000 + 10,000 28 × 28 pictures of clothes in 10 classes, from the data folder or its folder fashion-mnist"),
        new("idx:DIR", "grey images and labels from IDX files with MNIST's names in the folder DIR"),
    ];

    /// <summary>Opens a data set.</summary>
    /// <remarks>
    /// The fingerprint of files is "sha256:" and the SHA-256, in hexadecimal, over: for the training split and then the held-out split, the number of images,
    /// rows, columns and channels (little-endian 32-bit integers), all image bytes, all label bytes. It does not depend on packing or file names.
    /// The fingerprint of <c>digits</c> names generator version, seed and counts: "digits:v1:seed=2026:60000+10000".
    /// </remarks>
    /// <param name="name">"digits", "mnist", "fashion-mnist", "idx:DIR"; or "idx" for the files in <paramref name="dataDirectory"/> itself (a resumed job).</param>
    /// <param name="dataDirectory">The data folder: holds a folder named as the data set with the files (looked at first), or the files. Null: none given.</param>
    /// <param name="digitsSeed">The data seed of <c>digits</c>; null: <see cref="DigitsDataset.DefaultSeed"/>. Without effect on the others.</param>
    /// <returns>Both splits with their fingerprint; <see cref="DataSource.Name"/> is "idx" for "idx:DIR".</returns>
    /// <exception cref="InvalidInputException">Unknown name, files not found, or files damaged.</exception>
    public static DataSource Open(string name, string? dataDirectory, ulong? digitsSeed = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith(IdxPrefix, StringComparison.Ordinal))
        {
            string folder = name[IdxPrefix.Length..];
            return folder.Trim().Length > 0 ? OpenIdx(folder) : throw new InvalidInputException("'idx:' lacks its folder; write idx:DIR");
        }

        return name switch
        {
            "digits" => DigitsDataset.Open(digitsSeed ?? DigitsDataset.DefaultSeed),
            "mnist" or "fashion-mnist" => OpenNamed(name, dataDirectory),
            "idx" => string.IsNullOrWhiteSpace(dataDirectory)
                ? throw new InvalidInputException("data set 'idx' needs the folder of its files: give it by --data-dir DIR, or write idx:DIR")
                : OpenIdx(dataDirectory),
            _ => throw new InvalidInputException($"unknown data set '{name}'; the choices are {string.Join(", ", Names.Select(known => known.Name))}{Suggestion.DidYouMean(name, Names.Select(known => known.Name))}"),
        };
    }

    private static DataSource OpenIdx(string folder) =>
        IdxSource.Load("idx", IdxFolder.Find("idx", [folder], "name the folder that holds them by idx:DIR"), classCount: null);

    private static DataSource OpenNamed(string name, string? dataDirectory)
    {
        if (string.IsNullOrWhiteSpace(dataDirectory))
        {
            throw new InvalidInputException(
                $"data set '{name}' is read from files: give the folder that holds them, or that holds a folder '{name}' with them, by --data-dir DIR "
                + "(or train on 'digits', which needs none)");
        }

        string remedy = "put them there, or name their folder by --data-dir DIR (or train on 'digits', which needs none)";
        return IdxSource.Load(name, IdxFolder.Find(name, [Path.Combine(dataDirectory, name), dataDirectory], remedy), classCount: 10);
    }
}
