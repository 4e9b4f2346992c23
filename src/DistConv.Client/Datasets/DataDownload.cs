using DistConv.Core;
using DistConv.Training.Data.Fetch;

namespace DistConv.Client.Datasets;

/// <summary>Downloads a data set into the cache.</summary>
internal static class DataDownload
{
    /// <summary>Downloads what is missing of a data set.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="options">Where to, and whether at all.</param>
    /// <param name="how">How; mirrors and callbacks are filled in here.</param>
    /// <param name="cancellation">Ends it soon; what has arrived stays for another run.</param>
    /// <returns>What was fetched.</returns>
    /// <exception cref="InvalidInputException">It is not there and downloads are forbidden, or it cannot be fetched.</exception>
    public static async Task<FetchResult> RunAsync(RemoteSet set, DataOptions options, FetchOptions how, CancellationToken cancellation)
    {
        string folder = Path.Combine(options.Cache, set.Name);
        bool complete = set.IsComplete(folder);
        if (options.IsOffline)
        {
            return complete
                ? new FetchResult(folder, [])
                : throw new InvalidInputException(
                    $"data set '{set.Name}' is not in the cache, and downloads are forbidden: put {string.Join(", ", set.FinalNames)} into '{folder}', "
                    + "set the data directory to a folder that holds them, or use 'digits', which needs no file");
        }

        if (!complete)
        {
            IEnumerable<string> hosts = (options.Mirrors.Count > 0 ? options.Mirrors : set.Mirrors).Select(mirror => mirror.Authority);
            options.Note($"fetching {set.Name} ({set.Bytes / 1e6:0.0} MB) from {hosts.First()} to {folder}");
        }

        FetchOptions filled = how with { Mirrors = options.Mirrors, Progress = options.Progress, Note = line => options.Note($"  {line}") };
        return await new DatasetFetcher(set, options.Cache, filled).FetchAsync(cancellation);
    }
}
