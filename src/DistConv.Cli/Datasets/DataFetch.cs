using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Training.Data.Fetch;

namespace DistConv.Cli.Datasets;

/// <summary>Fetches a data set into the cache and says what it does.</summary>
internal static class DataFetch
{
    /// <summary>Fetches what is missing of a data set.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="settings">Where to, and whether at all.</param>
    /// <param name="options">How; what concerns mirrors and messages is filled in here.</param>
    /// <returns>What was fetched.</returns>
    /// <exception cref="InvalidInputException">It is not there and downloads are forbidden, or it cannot be fetched.</exception>
    public static async Task<FetchResult> RunAsync(RemoteSet set, FetchSettings settings, FetchOptions options)
    {
        string folder = Path.Combine(settings.Cache, set.Name);
        bool complete = set.IsComplete(folder);
        if (settings.Offline)
        {
            return complete
                ? new FetchResult(folder, [])
                : throw new InvalidInputException(
                    $"data set '{set.Name}' is not in the cache, and downloads are forbidden (--offline or {FetchSettings.OfflineVariable}): put "
                    + $"{string.Join(", ", set.FinalNames)} into '{folder}', name a folder that holds them by --data-dir DIR, or use --data digits, which needs no file");
        }

        if (!complete)
        {
            IEnumerable<string> hosts = (settings.Mirrors.Count > 0 ? settings.Mirrors : set.Mirrors).Select(mirror => mirror.Authority);
            settings.Context.Output.Say($"fetching {set.Name} ({Format.Bytes(set.Bytes)}) from {hosts.First()} to {folder}");
        }

        FetchReporter reporter = new(settings.Context);
        return await new DatasetFetcher(set, settings.Cache, options with
        {
            Mirrors = settings.Mirrors,
            Progress = reporter.Report,
            Note = line => settings.Context.Output.Say($"  {line}"),
        }).FetchAsync(settings.Context.Stop);
    }
}
