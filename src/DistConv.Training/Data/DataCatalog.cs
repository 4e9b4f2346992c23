using DistConv.Core;
using DistConv.Training.Data.Cifar10;
using DistConv.Training.Data.Digits;
using DistConv.Training.Data.Fetch;
using DistConv.Training.Data.Idx;
using DistConv.Training.Data.Npz;
using DistConv.Training.Specification;

namespace DistConv.Training.Data;

/// <summary>A data set that can be named, and one line about it.</summary>
/// <param name="Name">What to write, for example "digits" or "idx:DIR".</param>
/// <param name="Description">What it is.</param>
public sealed record DataSetName(string Name, string Description);

/// <summary>A kind of data set that needs libraries which this one does without, such as decoders of pictures.</summary>
public interface IDataOpener
{
    /// <summary>What people write, and a line about it.</summary>
    DataSetName Name { get; }

    /// <summary>Whether a name, as people write it or as a job specification has it, is of this kind.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True if <see cref="Open"/> takes it.</returns>
    bool Knows(string name);

    /// <summary>Opens a data set of this kind.</summary>
    /// <param name="name">A name that it <see cref="Knows"/>.</param>
    /// <param name="dataDirectory">The data folder, or null.</param>
    /// <param name="cacheDirectory">The cache.</param>
    /// <param name="note">Gets a line about what is not as it should be; null: nobody reads it.</param>
    /// <returns>Both splits with their fingerprint.</returns>
    /// <exception cref="InvalidInputException">The files are not found, or damaged.</exception>
    DataSource Open(string name, string? dataDirectory, string cacheDirectory, Action<string>? note);

    /// <summary>The same kind of data sets with another limit of memory for samples. Default: there is none.</summary>
    /// <param name="bytes">The most memory that the samples of an open data set may take.</param>
    IDataOpener WithMemory(long bytes) => this;
}

/// <summary>Finds data sets by name, in the data folder and then in the cache. Nothing is downloaded: <see cref="DatasetFetcher"/> does that.</summary>
/// <param name="openers">Further kinds of data sets, which the host brings along.</param>
public sealed class DataCatalog(params IReadOnlyList<IDataOpener> openers)
{
    private const string IdxPrefix = "idx:";

    /// <summary>The data sets that need nothing else.</summary>
    public static DataCatalog BuiltIn { get; } = new();

    /// <summary>Every name that <see cref="Open"/> knows, the default first.</summary>
    public IReadOnlyList<DataSetName> Names { get; } =
    [
        new("digits", "60,000 + 10,000 handwriting-like 28 × 28 digits that DistConv draws itself; needs no file"),
        new("mnist", "60,000 + 10,000 handwritten 28 × 28 digits, from IDX files"),
        new("fashion-mnist", "60,000 + 10,000 28 × 28 pictures of clothes in 10 classes, from IDX files"),
        new("cifar10", "50,000 + 10,000 32 × 32 colour photographs in 10 classes, from the files of the binary version"),
        new("idx:DIR", "grey or colour images and labels from IDX files with MNIST's or similar names in the folder DIR"),
        new("npz:FILE", "images and labels from a file of numpy arrays, as Keras names them (x_train, y_train, x_test, y_test) or similarly"),
        .. openers.Select(opener => opener.Name),
    ];

    /// <summary>The same data sets with a limit of memory for samples, where a kind of data set has one.</summary>
    /// <param name="bytes">The most memory that the samples of an open data set may take; null: this catalog as it is.</param>
    public DataCatalog WithMemory(long? bytes) =>
        bytes is { } limit ? new DataCatalog([.. openers.Select(opener => opener.WithMemory(limit))]) : this;

    /// <summary>Opens a data set.</summary>
    /// <remarks>
    /// The fingerprint of files is "sha256:" and the SHA-256, in hexadecimal, over: for the training split and then the held-out split, the number of images,
    /// rows, columns and channels (little-endian 32-bit integers), all image bytes (NHWC), all label bytes. It does not depend on packing or file names.
    /// The fingerprint of <c>digits</c> names generator version, seed and counts: "digits:v1:seed=2026:60000+10000".
    /// </remarks>
    /// <param name="name">"digits", "mnist", "fashion-mnist", "cifar10", "idx:DIR", "npz:FILE"; or a name of
    /// <see cref="NpzOptions"/>, or of <see cref="IdxOptions"/>, for the files in
    /// <paramref name="dataDirectory"/> itself (a resumed job).</param>
    /// <param name="dataDirectory">The data folder: holds a folder named as the data set with the files (looked at first), or the files. Null: none
    /// given.</param>
    /// <param name="digitsSeed">The data seed of <c>digits</c>; null: <see cref="DigitsDataset.DefaultSeed"/>. Without effect on the others.</param>
    /// <param name="cacheDirectory">Where fetched data sets are, looked at after the data folder; null: <see cref="DataCache.Default"/>.</param>
    /// <param name="note">Gets a line about what is not as it should be; null: nobody reads it.</param>
    /// <returns>Both splits with their fingerprint; <see cref="DataSource.Name"/> is one of <see cref="IdxOptions"/> for "idx:DIR".</returns>
    /// <exception cref="InvalidInputException">Unknown name, files not found, or files damaged.</exception>
    public DataSource Open(string name, string? dataDirectory, ulong? digitsSeed = null, string? cacheDirectory = null, Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (openers.FirstOrDefault(opener => opener.Knows(name)) is { } further) return further.Open(
            name, dataDirectory, cacheDirectory ?? DataCache.Default, note);
        if (name.StartsWith(IdxPrefix, StringComparison.Ordinal))
        {
            string folder = name[IdxPrefix.Length..];
            return folder.Trim().Length > 0
                ? OpenIdx(folder, new IdxOptions(), note)
                : throw new InvalidInputException("'idx:' lacks its folder; write idx:DIR");
        }

        if (name.StartsWith(NpzOptions.PathPrefix, StringComparison.Ordinal)) return OpenNpz(name[NpzOptions.PathPrefix.Length..], null, note);
        if (NpzOptions.TryParse(name) is { } npz) return OpenNpz(LocateNpz(name, npz, dataDirectory), npz, note);
        if (IdxOptions.TryParse(name) is { } options)
        {
            return string.IsNullOrWhiteSpace(dataDirectory)
                ? throw new InvalidInputException("data set 'idx' needs the folder of its files: set the data directory to it, or write idx:DIR")
                : OpenIdx(dataDirectory, options, note);
        }

        return name switch
        {
            "digits" => DigitsDataset.Open(digitsSeed ?? DigitsDataset.DefaultSeed),
            "mnist" or "fashion-mnist" or "cifar10" =>
                OpenNamed(name, dataDirectory, cacheDirectory ?? DataCache.Default) with { ClassNames = ClassNames.Known(name) },
            _ => throw new InvalidInputException(
                $"unknown data set '{name}'; the choices are {string.Join(", ", Names.Select(known => known.Name))}"
                + Suggestion.DidYouMean(name, Names.Select(known => known.Name))),
        };
    }

    /// <summary>Whether a name of a specification is one of a data set that <see cref="Open"/> finds by itself. Whether its files are there is not looked
    /// at.</summary>
    /// <param name="name">The name.</param>
    /// <returns>False for paths.</returns>
    public bool IsKnown(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return DataNames.IsName(name) && (name is "digits" or "mnist" or "fashion-mnist" or "cifar10" || IdxOptions.TryParse(name) is not null
            || name.StartsWith(NpzOptions.NamePrefix, StringComparison.Ordinal) || openers.Any(opener => opener.Knows(name)));
    }

    /// <summary>What to say about a specification with another name than <see cref="IsKnown"/> accepts.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The problem, with the choices.</returns>
    public SettingProblem Unknown(string name)
    {
        string[] choices = [.. Names.Select(known => known.Name.Split(':')[0])];
        return new SettingProblem("data", $"is '{name}', which is unknown; the choices are {string.Join(", ", choices)}{Suggestion.DidYouMean(name, choices)}");
    }

    /// <summary>Which folder <see cref="Open"/> reads a data set of files from.</summary>
    /// <param name="name">"mnist", "fashion-mnist" or "cifar10".</param>
    /// <param name="dataDirectory">The data folder, or null.</param>
    /// <param name="cacheDirectory">The cache.</param>
    /// <returns>The data folder if it holds any file of the set; else the cache if it holds all of them; else null.</returns>
    public static string? Locate(string name, string? dataDirectory, string cacheDirectory)
    {
        if (!string.IsNullOrWhiteSpace(dataDirectory) && Candidates(name, dataDirectory).Any(name == "cifar10" ? Cifar10Folder.HoldsAny : IdxFolder.HoldsAny))
            return dataDirectory;
        string cached = Path.Combine(cacheDirectory, name);
        bool complete = name == "cifar10" ? RemoteSets.Find(name)!.IsComplete(cached) : IdxFolder.HoldsAll(cached);
        return complete ? cacheDirectory : null;
    }

    private static IReadOnlyList<string> Candidates(string name, string root) =>
        name == "cifar10" ? Cifar10Folder.Candidates(root) : [Path.Combine(root, name), root];

    private static DataSource OpenIdx(string folder, IdxOptions options, Action<string>? note) =>
        IdxSource.Load(options.ToName(), IdxFolder.FindOwn(folder), classCount: null, options.IsTransposed, note);

    private static DataSource OpenNpz(string path, NpzOptions? options, Action<string>? note) => string.IsNullOrWhiteSpace(path)
        ? throw new InvalidInputException("'npz:' lacks its file; write npz:FILE")
        : NpzSource.Load(path, options ?? new NpzOptions(Path.GetFileName(path)), note);

    private static string LocateNpz(string name, NpzOptions options, string? dataDirectory)
    {
        if (!DataNames.IsFolderName(options.File) || options.File.Length == 0)
            throw new InvalidInputException($"data set '{name}' names the file '{options.File}', which is a path; name a file inside the data directory");
        return string.IsNullOrWhiteSpace(dataDirectory)
            ? throw new InvalidInputException($"data set '{name}' needs the folder of its file: set the data directory to it, or write npz:FILE")
            : Path.Combine(dataDirectory, options.File);
    }

    private static DataSource OpenNamed(string name, string? dataDirectory, string cacheDirectory)
    {
        string? root = Locate(name, dataDirectory, cacheDirectory) ?? dataDirectory;
        if (string.IsNullOrWhiteSpace(root))
        {
            throw new InvalidInputException(
                $"data set '{name}' is not in the cache '{cacheDirectory}': fetch it by 'distconv data fetch {name}', or set the data directory to a folder "
                    + $"that holds its files, or "
                + $"that holds a folder '{name}' with them (or train on 'digits', which needs none)");
        }

        string remedy = $"the cache '{cacheDirectory}' lacks it, too; put them there, set the data directory to their folder, or 'distconv data fetch {name}' "
            + "(or train on 'digits', which needs none)";
        IReadOnlyList<string> folders = Candidates(name, root);
        return name == "cifar10"
            ? Cifar10Source.Load(Cifar10Folder.Find(folders, remedy))
            : IdxSource.Load(name, IdxFolder.Find(name, folders, remedy), classCount: 10);
    }
}
