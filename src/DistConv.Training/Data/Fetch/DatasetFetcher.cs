using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>
/// Brings a data set into the cache. A name in the cache holds the whole, verified file or nothing: bytes arrive under another name, are compared with the
/// pinned SHA-256, flushed, and renamed. Any number of processes may fetch the same set at once: one does, the others wait and find it done.
/// </summary>
/// <param name="set">The data set.</param>
/// <param name="cacheDirectory">The cache; made if there is none.</param>
/// <param name="options">How it is fetched.</param>
public sealed class DatasetFetcher(RemoteSet set, string cacheDirectory, FetchOptions options)
{
    private readonly string _folder = Path.Combine(Path.GetFullPath(cacheDirectory), set.Name);

    /// <summary>Fetches what is missing.</summary>
    /// <param name="stop">Ends it soon; what has arrived stays for another run.</param>
    /// <returns>Where the set is, and what was fetched.</returns>
    /// <exception cref="InvalidInputException">No mirror serves a file (the line names the data set, the file, each mirror's failure and the remedy), or the
    /// cache cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<FetchResult> FetchAsync(CancellationToken stop)
    {
        if (!options.VerifyPresent && set.IsComplete(_folder)) return new FetchResult(_folder, []);
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception e) when (DataCache.IsRefusal(e))
        {
            throw DataCache.CannotWrite(_folder, e);
        }

        using FetchLock gate = await FetchLock.AcquireAsync(
            Path.Combine(_folder, ".lock"), () => options.Note?.Invoke($"waiting for another process that fetches {set.Name}"), stop).ConfigureAwait(false);
        if (set.Archived.Count > 0 && set.IsComplete(_folder)) return new FetchResult(_folder, []);
        List<FetchedFile> fetched = await FetchFilesAsync(stop).ConfigureAwait(false);
        if (set.Archived.Count > 0)
        {
            string archive = Path.Combine(_folder, set.Files[0].Name);
            ArchiveUnpacker.Unpack(archive, set.Archived, _folder, stop);
            File.Delete(archive);
        }

        return new FetchResult(_folder, fetched);
    }

    private async Task<List<FetchedFile>> FetchFilesAsync(CancellationToken stop)
    {
        List<Uri> mirrors = Mirrors();
        List<FetchedFile> fetched = [];
        using HttpClient http = CreateClient();
        FileFetcher fetcher = new(http, options);
        foreach (RemoteFile file in set.Files)
        {
            stop.ThrowIfCancellationRequested();
            string path = Path.Combine(_folder, file.Name);
            if (IsPresent(path, file)) continue;
            Uri[] sources = [.. mirrors.Select(mirror => new Uri(mirror, file.Name))];
            (Uri? source, string? failure) = await fetcher.FetchAsync(file, _folder, sources, stop).ConfigureAwait(false);
            if (failure is not null) throw Unreachable(file, failure);
            fetched.Add(new FetchedFile(file.Name, new FileInfo(path).Length, source));
            if (source is null) continue;

            // What served this file is asked first for the next one.
            int good = Array.IndexOf(sources, source);
            Uri mirror = mirrors[good];
            mirrors.RemoveAt(good);
            mirrors.Insert(0, mirror);
        }

        return fetched;
    }

    private bool IsPresent(string path, RemoteFile file)
    {
        if (!File.Exists(path)) return false;
        if (PinCheck.Problem(path, file) is not { } problem) return true;
        options.Note?.Invoke($"{path}: {problem}; it is fetched again");
        return false;
    }

    private List<Uri> Mirrors() => options.Mirrors.Count == 0
        ? [.. set.Mirrors]
        : [.. options.Mirrors.Select(mirror => new Uri($"{mirror.AbsoluteUri.TrimEnd('/')}/{set.Name}/"))];

    private HttpClient CreateClient()
    {
        // Redirects from https to http are never followed by this handler. Bytes are wanted as they are stored, so no decompression.
        SocketsHttpHandler handler = new() { MaxAutomaticRedirections = options.MaxRedirects, ConnectTimeout = options.StallTimeout };
        HttpClient http = new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("distconv");
        return http;
    }

    private InvalidInputException Unreachable(RemoteFile file, string failure) => new(
        $"data set '{set.Name}': {file.Name} could not be fetched ({failure}); offline? put {string.Join(", ", set.FinalNames)} into '{_folder}', "
        + "or use 'digits', which needs no file");
}
