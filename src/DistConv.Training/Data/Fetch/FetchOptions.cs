namespace DistConv.Training.Data.Fetch;

/// <summary>How far a download is.</summary>
/// <param name="File">The file.</param>
/// <param name="Received">Bytes of it that are here, those of an earlier run included.</param>
/// <param name="Ended">Whether it is verified and stands under its name.</param>
public sealed record FetchProgress(RemoteFile File, long Received, bool Ended);

/// <summary>How data sets are fetched.</summary>
public sealed record FetchOptions
{
    /// <summary>After so long without a byte a mirror is given up. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often one mirror is asked for one file at most, as long as every answer brings some of it. Default 5.</summary>
    public int AttemptsPerMirror { get; init; } = 5;

    /// <summary>How many redirects are followed; never from https to http. Default 5.</summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>Mirrors that replace the public ones: each serves FILE of data set NAME as NAME/FILE below it. Default: none. The pinned sums stay.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>Whether a complete set in the cache is checked against the pinned sums, too; archives are not kept and cannot be. Default: no.</summary>
    public bool VerifyPresent { get; init; }

    /// <summary>Called as bytes arrive.</summary>
    public Action<FetchProgress>? Progress { get; init; }

    /// <summary>Called with a line about what people should know: where a file is fetched from, a mirror that failed, a wait.</summary>
    public Action<string>? Note { get; init; }
}

/// <summary>What a fetch did.</summary>
/// <param name="Directory">The data set's folder in the cache, now complete.</param>
/// <param name="Fetched">The files that were fetched just now, with the host each came from; empty if all were here already.</param>
public sealed record FetchResult(string Directory, IReadOnlyList<FetchedFile> Fetched);

/// <summary>A file that was fetched.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Source">Where it was served; null if an earlier run had left it whole but under its temporary name.</param>
public sealed record FetchedFile(string Name, long Bytes, Uri? Source);
