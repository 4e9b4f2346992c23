using DistConv.Training.Jobs;

namespace DistConv.Cli.Options;

/// <summary>Where data sets may be.</summary>
/// <param name="Given">What <c>--data-dir</c> names, or null.</param>
/// <param name="FromEnvironment">What the environment names, or null.</param>
internal sealed record DataFolders(string? Given, string? FromEnvironment)
{
    /// <summary>The cache, and how a data set gets there; null: neither is looked at.</summary>
    public FetchSettings? Fetching { get; init; }

    /// <summary>The folder for a data set that the command line names.</summary>
    public string? ForNew => Given ?? FromEnvironment;

    /// <summary>The folder for the data set of a job: a wish goes before where it was found last, and that before the environment.</summary>
    /// <param name="origin">What the job noted, or null.</param>
    public string? ForJob(JobOrigin? origin) => Given ?? origin?.DataDirectory ?? FromEnvironment;
}
