using DistConv.Cli.Options;
using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Data.Fetch;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Datasets;

/// <summary>Finds the data set of a job: in the data folder, then in the cache; what is in neither is fetched into the cache, if it can be.</summary>
internal static class JobData
{
    private const string FolderPrefix = "idx:";

    /// <summary>Opens a data set as a person names it.</summary>
    /// <param name="name">For example "digits" or "idx:DIR".</param>
    /// <param name="folders">Where it may be.</param>
    /// <param name="images">How pictures become tensors, if it is a folder of them; null: by the defaults.</param>
    /// <returns>The data, and the folder in which the name of the specification finds it again.</returns>
    /// <exception cref="InvalidInputException">There is no such data set, it is damaged, or it cannot be fetched.</exception>
    public static (DataSource Data, string? Directory) Open(string name, DataFolders folders, ImageFolderOptions? images = null)
    {
        if (!name.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal)) return Open(name, folders.ForNew, folders.Fetching);
        string folder = name[ImageFolderOptions.PathPrefix.Length..];
        if (folder.Trim().Length == 0) throw new InvalidInputException("'images:' lacks its folder; write images:DIR");
        return Open((images ?? new ImageFolderOptions()).ToName(Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar))), folder, folders.Fetching);
    }

    /// <summary>Opens the data set of a specification and checks that it is the one.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="source">What the message calls the job or snapshot.</param>
    /// <param name="folders">Where it may be.</param>
    /// <param name="origin">What the job noted about where it was, or null.</param>
    /// <returns>The data and its folder.</returns>
    /// <exception cref="InvalidInputException">It is not there and cannot be fetched, or is another one.</exception>
    public static (DataSource Data, string? Directory) Reopen(JobSpec spec, string source, DataFolders folders, JobOrigin? origin)
    {
        (DataSource data, string? directory) = Open(spec.Data, folders.ForJob(origin), folders.Fetching);
        string where = directory is null ? "" : $" in '{directory}'";
        return data.Fingerprint == spec.DataFingerprint
            ? (data, directory)
            : throw new InvalidInputException(
                $"{source} was trained on other data: its '{spec.Data}' is {spec.DataFingerprint}, and here is {data.Fingerprint}{where}");
    }

    private static (DataSource Data, string? Directory) Open(string name, string? dataDirectory, FetchSettings? fetching)
    {
        string? directory = name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? name[FolderPrefix.Length..] : dataDirectory;
        if (fetching is not null && RemoteSets.Find(name) is { } set)
        {
            directory = DataCatalog.Locate(name, dataDirectory, fetching.Cache);
            if (dataDirectory is not null && directory != dataDirectory)
            {
                string missing = Directory.Exists(dataDirectory) ? "" : " (no such folder)";
                fetching.Context.Output.Say($"{name} is not in {dataDirectory}{missing}{(directory is null ? "" : $"; using the cache {directory}")}");
            }

            if (directory is null)
            {
                // Planning a job is not asynchronous, and has nothing else to do meanwhile.
                DataFetch.RunAsync(set, fetching, new FetchOptions()).GetAwaiter().GetResult();
                directory = fetching.Cache;
            }
        }

        DataSource data = ImageFolder.Catalog.Open(
            name, name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? null : directory, cacheDirectory: fetching?.Cache, note: fetching is null ? null : fetching.Context.Output.Warn);
        return (data, directory is null ? null : Path.GetFullPath(directory));
    }
}
