using DistConv.Cli.Progress;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Places;

/// <summary>Where jobs are: a store on this machine, or a cluster.</summary>
internal interface IJobPlace : IAsyncDisposable
{
    /// <summary>What messages call it.</summary>
    PlaceName Name { get; }

    /// <summary>Full path of the store, if it is on this machine.</summary>
    string? Directory { get; }

    /// <summary>All jobs, the one that was last written to first.</summary>
    Task<IReadOnlyList<JobSummary>> ListAsync();

    /// <summary>What is known about a job.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobView> ShowAsync(string job);

    /// <summary>Begins to look at a job.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<IJobProgress> FollowAsync(string job);

    /// <summary>Asks for a job's end at a step boundary, with a snapshot.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job, or the request makes no sense for it.</exception>
    Task RequestAsync(string job, JobRequest request);

    /// <summary>What a job's steps measured.</summary>
    /// <returns>By ascending step; nothing if the log is out of this machine's reach.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    IReadOnlyList<StepLogEntry> ReadLog(string job);

    /// <summary>Copies a snapshot file, unchecked.</summary>
    /// <param name="job">Its job.</param>
    /// <param name="head">The snapshot.</param>
    /// <param name="target">Gets the bytes, from its start on; it can seek.</param>
    Task CopyAsync(string job, SnapshotHead head, Stream target);
}
