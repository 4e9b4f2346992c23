using DistConv.Training.Data.Fetch;
using DistConv.Training.Jobs;

namespace DistConv.Client;

/// <summary>Where a client finds data sets. Planning a job reads the data set, because its fingerprint is part of the specification.</summary>
public sealed record DataOptions
{
    /// <summary>The data directory: holds a folder named as the data set, or the files themselves. It goes before everything else. Default: none.</summary>
    public string? Directory { get; init; }

    /// <summary>The data directory to look in when neither <see cref="Directory"/> nor the job says where the data is. Default: none.</summary>
    public string? FallbackDirectory { get; init; }

    /// <summary>The cache directory, which is looked at after the data directory and into which data sets are downloaded. Null (the default): the user's
    /// cache.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The most memory that the pictures of one data set may take, in bytes; those of a larger folder stay in the cache file and are read by
    /// position. Null (the default): a quarter of the process's memory. It changes no bit.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Whether downloads are forbidden. Default: no.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Mirrors that replace the public ones: each serves FILE of data set NAME as NAME/FILE. Default: none. The pinned checksums stay.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>Gets one line at a time about what is being done, such as a download. Default: nobody.</summary>
    public Action<string> Note { get; init; } = static _ => { };

    /// <summary>Gets one line at a time about what is not as it should be, such as a picture that was left out. Default: nobody.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Called as the bytes of a download arrive. Default: nobody.</summary>
    public Action<FetchProgress>? Progress { get; init; }

    /// <summary>The cache directory that is used.</summary>
    internal string Cache => CacheDirectory ?? DataCache.Default;

    /// <summary>The directory for a data set that a request names.</summary>
    internal string? ForNew => Directory ?? FallbackDirectory;

    /// <summary>The directory for the data set of a job: a wish goes before where it was found last, and that before the fallback.</summary>
    /// <param name="origin">What the job noted, or null.</param>
    internal string? ForJob(JobOrigin? origin) => Directory ?? origin?.DataDirectory ?? FallbackDirectory;
}
