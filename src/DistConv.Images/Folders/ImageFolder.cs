using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Specification;

namespace DistConv.Images.Folders;

/// <summary>The data set <c>images:DIR</c>: a folder of pictures for each class.</summary>
public sealed class ImageFolder : IDataOpener
{
    private const int MaxNoted = 20;

    /// <summary>All data sets: those that need no library, and folders of pictures.</summary>
    public static DataCatalog Catalog { get; } = new(new ImageFolder());

    /// <summary>How many bytes of decoded pictures may be in memory; the pictures of a larger folder stay in the cache file. Null (the default): a quarter
    /// of the process's memory.</summary>
    public long? MemoryBytes { get; init; }

    /// <inheritdoc/>
    public DataSetName Name { get; } =
        new(
            "images:DIR",
            "PNG, JPEG, WebP, BMP or GIF pictures in the folder DIR, a folder for each class or a file labels.csv, with or without train, val and test");

    /// <inheritdoc/>
    public bool Knows(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal)
            || name.StartsWith(ImageFolderOptions.NamePrefix, StringComparison.Ordinal);
    }

    /// <summary>Opens a folder of pictures: from the cache, if it holds the tensors of this very listing.</summary>
    /// <param name="name">"images:DIR", or a name of <see cref="ImageFolderOptions.ToName"/>.</param>
    /// <param name="dataDirectory">For the latter: the folder, or the one that holds a folder of that name.</param>
    /// <param name="cacheDirectory">Where decoded pictures are kept.</param>
    /// <param name="note">Gets a line for each picture that is left out, and one if the cache cannot be written.</param>
    /// <returns>Both splits; the name has all options as they turned out, and the fingerprint is over the decoded pixels.</returns>
    /// <exception cref="InvalidInputException">There is no such folder, it is not laid out so, or pictures cannot be read.</exception>
    public DataSource Open(string name, string? dataDirectory, string cacheDirectory, Action<string>? note)
    {
        ArgumentNullException.ThrowIfNull(name);
        ImageFolderOptions options = new();
        string? root = dataDirectory;
        if (name.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal)) root = name[ImageFolderOptions.PathPrefix.Length..];
        else (root, options) = Locate(name, dataDirectory);
        if (string.IsNullOrWhiteSpace(root)) throw new InvalidInputException(
            $"data set '{name}' needs the folder of its pictures: set the data directory to it, or write images:DIR");

        ImageListing listing = ImageListing.Of(root, options);
        foreach (string line in listing.Notes) note?.Invoke(line);
        long limit = MemoryBytes ?? DataMemory.DefaultBytes;
        TensorCache given = TensorCache.Of(cacheDirectory, listing, options);
        ImageFolderOptions resolved = options.IsComplete ? options : given.Resolved.TryRead() ?? options;
        if (!resolved.IsComplete || TensorCache.Of(cacheDirectory, listing, resolved).TryOpen(limit) is not var (images, fingerprint))
        {
            ImageDecoder decoder = new(listing, options);
            resolved = options with { Size = (decoder.Shape.Height, decoder.Shape.Width), IsGrey = decoder.Shape.Channels == 1 };
            (images, fingerprint) = Decode(decoder, TensorCache.Of(cacheDirectory, listing, resolved), limit, note, () =>
            {
                if (!options.IsComplete) given.Resolved.Write(resolved);
            });
        }

        NoteSkipped(images.Skipped, note);
        return new DataSource(resolved.ToName(OwnName(root)), images.Train, images.Test, fingerprint)
        {
            ClassNames = listing.Classes,
            ValidationCount = images.ValidationCount,
        };
    }

    /// <inheritdoc/>
    public IDataOpener WithMemory(long bytes) => new ImageFolder { MemoryBytes = bytes };

    /// <summary>Opens a folder of pictures to evaluate a trained network on: its test split, or all of it if it has none. Nothing is kept in a cache.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="options">How pictures become tensors: size and colours are those of the network.</param>
    /// <param name="note">Gets a line for what is left out.</param>
    /// <returns>The same samples as both splits, with the folder's own classes.</returns>
    /// <exception cref="InvalidInputException">There is no such folder, it has no picture with a class, or pictures cannot be read.</exception>
    public static DataSource OpenForEvaluation(string directory, ImageFolderOptions options, Action<string>? note)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(options);
        if (!options.IsComplete) throw new ArgumentException("size and colours are not given", nameof(options));
        ImageListing listing = ImageListing.ForEvaluation(directory, options);
        foreach (string line in listing.Notes) note?.Invoke(line);
        (MemoryDataset test, IReadOnlyList<string> skipped) = new ImageDecoder(listing, options).RunTest();
        NoteSkipped(skipped, note);
        return new DataSource(options.ToName(OwnName(directory)), test, test, DataFingerprint.Of(test)) { ClassNames = listing.Classes };
    }

    private static (DecodedImages Images, string Fingerprint) Decode(
        ImageDecoder decoder, TensorCache cache, long limit, Action<string>? note, Action keepOptions)
    {
        if (decoder.Fits(limit))
        {
            DecodedImages images = decoder.Run();
            TryKeep(note, () =>
            {
                cache.Write(images);
                keepOptions();
            });
            return (images, DataFingerprint.Of(images.Train, images.Test));
        }

        cache.Write(decoder);
        TryKeep(note, keepOptions);
        return cache.TryOpen(limit) ?? throw new InvalidInputException(
            "the cache of decoded pictures changed as soon as it was written: let no other program write there, and start again");
    }

    private static void NoteSkipped(IReadOnlyList<string> skipped, Action<string>? note)
    {
        foreach (string line in skipped.Take(MaxNoted)) note?.Invoke($"left out: {line}");
        if (skipped.Count > MaxNoted) note?.Invoke($"left out: {skipped.Count - MaxNoted} more pictures that cannot be read");
    }

    private static string OwnName(string root) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));

    private static (string? Root, ImageFolderOptions Options) Locate(string name, string? dataDirectory)
    {
        (string folder, ImageFolderOptions options) = ImageFolderOptions.Parse(name);
        if (!DataNames.IsFolderName(folder))
            throw new InvalidInputException($"data set '{name}' names the folder '{folder}', which is a path; name a folder inside the data directory");
        if (dataDirectory is null || folder.Length == 0) return (dataDirectory, options);

        // The folder itself goes before one in it: a class may have its name.
        bool isItself = OwnName(dataDirectory) == folder;
        string inside = Path.Combine(dataDirectory, Path.GetFileName(folder));
        return (!isItself && Directory.Exists(inside) ? inside : dataDirectory, options);
    }

    private static void TryKeep(Action<string>? note, Action write)
    {
        try
        {
            write();
        }
        catch (InvalidInputException e)
        {
            note?.Invoke($"{e.Message}; the pictures will be decoded again next time");
        }
    }
}
