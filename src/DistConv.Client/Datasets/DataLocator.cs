using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Data.Fetch;
using DistConv.Training.Data.Idx;
using DistConv.Training.Data.Npz;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Client.Datasets;

/// <summary>A data set, and the directory in which the name in the job's specification finds it again; null if it needs none.</summary>
/// <param name="Data">The data.</param>
/// <param name="Directory">Full path, or null.</param>
internal readonly record struct LocatedData(DataSource Data, string? Directory);

/// <summary>Finds the data set of a job: in the data directory, then in the cache; what is in neither is downloaded into the cache, unless that is
/// forbidden.</summary>
internal static class DataLocator
{
    /// <summary>Opens the data set of a request.</summary>
    /// <param name="data">Which one.</param>
    /// <param name="options">Where it may be.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">There is no such data set, it is damaged, or it cannot be fetched.</exception>
    public static Task<LocatedData> OpenAsync(TrainingData data, DataOptions options, CancellationToken cancellation) => data switch
    {
        TrainingData.PictureFolder pictures => OpenAsync(pictures.SpecificationName, pictures.Directory, options, cancellation),
        TrainingData.IdxFolder idx => OpenAsync(idx.Options.ToName(), idx.Directory, options, cancellation),
        TrainingData.NpzFile npz => OpenAsync(npz.Options.ToName(), npz.Directory, options, cancellation),
        TrainingData.NamedSet named => OpenAsync(named.Name, options.ForNew, options, cancellation),
        _ => throw new ArgumentException($"unknown kind of training data {data.GetType().Name}", nameof(data)),
    };

    /// <summary>Opens the data set of a specification and checks that it is the one.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="source">What the message calls the job or snapshot.</param>
    /// <param name="options">Where it may be.</param>
    /// <param name="origin">What the job noted about where it was, or null.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">It is not there and cannot be fetched, or it is another one.</exception>
    public static async Task<LocatedData> ReopenAsync(JobSpec spec, string source, DataOptions options, JobOrigin? origin, CancellationToken cancellation)
    {
        LocatedData found = await OpenAsync(spec.Data, options.ForJob(origin), options, cancellation);
        string where = found.Directory is null ? "" : $" in '{found.Directory}'";
        return found.Data.Fingerprint == spec.DataFingerprint
            ? found
            : throw new InvalidInputException(
                $"{source} was trained on other data: its '{spec.Data}' is {spec.DataFingerprint}, and here is {found.Data.Fingerprint}{where}");
    }

    /// <summary>Opens a data set by its name in a specification.</summary>
    /// <param name="name">The name.</param>
    /// <param name="dataDirectory">Where it is looked for first, or null.</param>
    /// <param name="options">Where it may be.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">There is no such data set, it is damaged, or it cannot be fetched.</exception>
    public static async Task<LocatedData> OpenAsync(string name, string? dataDirectory, DataOptions options, CancellationToken cancellation)
    {
        string? directory = dataDirectory;
        if (RemoteSets.Find(name) is { } set) directory = await LocateAsync(set, dataDirectory, options, cancellation);
        // Reading a large folder of pictures takes minutes: the caller's thread is free meanwhile, and so is a caller that gives up.
        DataSource data = await Task.Run(
            () => ImageFolder.Catalog.WithMemory(options.MemoryBytes).Open(name, directory, cacheDirectory: options.Cache, note: options.Warn), cancellation)
            .WaitAsync(cancellation);
        return new LocatedData(data, directory is null ? null : Path.GetFullPath(directory));
    }

    /// <summary>Whether a data set of a specification is a folder of one's own, which may change.</summary>
    /// <param name="name">Its name in the specification.</param>
    public static bool IsOwnFolder(string name) =>
        name.StartsWith(ImageFolderOptions.NamePrefix, StringComparison.Ordinal) || IdxOptions.TryParse(name) is not null
        || name.StartsWith(NpzOptions.NamePrefix, StringComparison.Ordinal);

    private static async Task<string> LocateAsync(RemoteSet set, string? dataDirectory, DataOptions options, CancellationToken cancellation)
    {
        string? directory = DataCatalog.Locate(set.Name, dataDirectory, options.Cache);
        if (dataDirectory is not null && directory != dataDirectory)
        {
            string missing = Directory.Exists(dataDirectory) ? "" : " (no such folder)";
            options.Note($"{set.Name} is not in {dataDirectory}{missing}{(directory is null ? "" : $"; using the cache {directory}")}");
        }

        if (directory is not null) return directory;
        await DataDownload.RunAsync(set, options, new FetchOptions(), cancellation);
        return options.Cache;
    }
}
