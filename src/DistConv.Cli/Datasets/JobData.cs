using DistConv.Client;
using DistConv.Client.Datasets;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Datasets;

/// <summary>Finds the data set of a snapshot for commands that have nothing else to do meanwhile.</summary>
internal static class JobData
{
    /// <summary>Opens the data set of a specification and checks that it is the one.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="source">What the message calls the job or snapshot.</param>
    /// <param name="options">Where it may be.</param>
    /// <param name="origin">What the job noted about where it was, or null.</param>
    /// <param name="stop">Ends a download.</param>
    /// <exception cref="Core.InvalidInputException">It is not there and cannot be fetched, or it is another one.</exception>
    public static DataSource Reopen(JobSpec spec, string source, DataOptions options, JobOrigin? origin, CancellationToken stop) =>
        DataLocator.ReopenAsync(spec, source, options, origin, stop).GetAwaiter().GetResult().Data;
}
