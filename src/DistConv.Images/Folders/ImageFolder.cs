using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Images.Folders;

/// <summary>The data set <c>images:DIR</c>: a folder of pictures for each class.</summary>
public sealed class ImageFolder : IDataOpener
{
    private const int MaxNoted = 20;

    /// <summary>All data sets: those that need no library, and folders of pictures.</summary>
    public static DataCatalog Catalog { get; } = new(new ImageFolder());

    /// <inheritdoc/>
    public DataSetName Name { get; } =
        new("images:DIR", "PNG, JPEG, WebP, BMP or GIF pictures in the folder DIR, a folder for each class or a file labels.csv; or DIR/train and DIR/test");

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
        TensorCache given = TensorCache.Of(cacheDirectory, listing, options);
        ImageFolderOptions resolved = options.IsComplete ? options : given.Resolved.TryRead() ?? options;
        if (!resolved.IsComplete || TensorCache.Of(cacheDirectory, listing, resolved).TryRead() is not var (images, fingerprint))
        {
            images = new ImageDecoder(listing, options).Run();
            fingerprint = DataFingerprint.Of(images.Train, images.Test);
            resolved = options with { Size = (images.Train.Shape.Height, images.Train.Shape.Width), IsGrey = images.Train.Shape.Channels == 1 };
            TryKeep(note, () =>
            {
                TensorCache.Of(cacheDirectory, listing, resolved).Write(images, fingerprint);
                if (!options.IsComplete) given.Resolved.Write(resolved);
            });
        }

        foreach (string line in images.Skipped.Take(MaxNoted)) note?.Invoke($"left out: {line}");
        if (images.Skipped.Count > MaxNoted) note?.Invoke($"left out: {images.Skipped.Count - MaxNoted} more pictures that cannot be read");
        string own = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        return new DataSource(resolved.ToName(own), images.Train, images.Test, fingerprint) { ClassNames = listing.Classes };
    }

    private static (string? Root, ImageFolderOptions Options) Locate(string name, string? dataDirectory)
    {
        (string folder, ImageFolderOptions options) = ImageFolderOptions.Parse(name);
        if (!DataNames.IsFolderName(folder))
            throw new InvalidInputException($"data set '{name}' names the folder '{folder}', which is a path; name a folder inside the data directory");
        if (dataDirectory is null || folder.Length == 0) return (dataDirectory, options);

        // The folder itself goes before one in it: a class may have its name.
        bool isItself = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory))) == folder;
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
