using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>Fetches one file from the first mirror that serves it right. Whatever a server says: a file gets its name only if its sum is the pinned
/// one.</summary>
internal sealed class FileFetcher(HttpClient http, FetchOptions options)
{
    private readonly Transfer _transfer = new(http, options);

    /// <summary>Fetches a file, continuing what an earlier run left of it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="sources">Where it is served, in order.</param>
    /// <param name="stop">Ends it; what has arrived stays for another run.</param>
    /// <returns>Which of the sources served it; null if it had arrived whole before. Or why none did, briefly for each.</returns>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public async Task<(Uri? Source, string? Failure)> FetchAsync(RemoteFile file, string folder, IReadOnlyList<Uri> sources, CancellationToken stop)
    {
        PartFile part = new(Path.Combine(folder, file.Name));
        if (file.MayBeWhole(part.Length) && PinCheck.Problem(part.FilePath, file) is null)
        {
            Publish(file, part);
            return (null, null);
        }

        List<string> failures = [];
        foreach (Uri source in sources)
        {
            string? failure = await TryAsync(file, part, source, stop).ConfigureAwait(false);
            if (failure is null)
            {
                Publish(file, part);
                return (source, null);
            }

            failures.Add($"{source.Authority}: {failure}");
            if (sources.Count > failures.Count) options.Note?.Invoke(
                $"{file.Name} from {source.Authority}: {failure}; trying {sources[failures.Count].Authority}");
        }

        return (null, string.Join("; ", failures));
    }

    /// <summary>Asks one mirror, again as long as that helps.</summary>
    /// <returns>Null if the part is whole and right, or the last failure.</returns>
    private async Task<string?> TryAsync(RemoteFile file, PartFile part, Uri source, CancellationToken stop)
    {
        string failure = "not asked";
        for (int attempt = 0; attempt < options.AttemptsPerMirror; attempt++)
        {
            TransferEnd end = await _transfer.RunAsync(source, file, part, stop).ConfigureAwait(false);
            long length = part.Length;
            failure = end.Failure ?? $"ended after {length:N0} of {file.Bytes:N0} bytes";
            if (length > 0 && !part.MayBeGzip())
            {
                part.Discard();
                return "sent something that is no .gz file";
            }

            bool retry = end.Retry;
            if (file.MayBeWhole(length))
            {
                string? problem = PinCheck.Problem(part.FilePath, file);
                if (problem is null) return null;
                if (end.Failure is null || file.Pin == PinnedBytes.AsServed)
                {
                    // As much as there is, and wrong. If an earlier request had brought the start, that may be the wrong part: once more, from the start.
                    part.Discard();
                    failure = problem;
                    retry = end.Resumed;
                }
            }

            if (!retry) break;
        }

        return failure;
    }

    private void Publish(RemoteFile file, PartFile part)
    {
        long length = part.Length;
        part.Publish();
        options.Progress?.Invoke(new FetchProgress(file, length, Ended: true));
    }
}
