using DistConv.Client.Running;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Client.Sources;

/// <summary>Where jobs are: a store that this process reaches, or a cluster.</summary>
internal interface IJobSource : IAsyncDisposable
{
    /// <summary>The kind of place.</summary>
    JobSourceKind Kind { get; }

    /// <summary>What messages call it: "store 'distconv-jobs'", "cluster 'distconv' at redis://…".</summary>
    string Name { get; }

    /// <summary>Full path of the store, if this process reaches it.</summary>
    string? Directory { get; }

    /// <summary>Stores a job and starts it. A job that exists with the same specification is the same job: it goes on, or stays ended.</summary>
    /// <exception cref="Core.InvalidInputException">The job exists with another specification, or is refused.</exception>
    Task SubmitAsync(string job, TrainingPlan plan, CancellationToken cancellation);

    /// <summary>Goes on with a job that ended before its time. Does nothing while it runs or when it is done.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task ResumeAsync(string job, RunOptions options, CancellationToken cancellation);

    /// <summary>Asks for a job's end at a step boundary, with a snapshot.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job, or the request makes no sense for it.</exception>
    Task RequestAsync(string job, JobRequest request, CancellationToken cancellation);

    /// <summary>All jobs, the one that was last written to first.</summary>
    Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancellation);

    /// <summary>How a job stands.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobStatus> GetStatusAsync(string job, CancellationToken cancellation);

    /// <summary>A job's specification.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobSpec> ReadSpecificationAsync(string job, CancellationToken cancellation);

    /// <summary>What is known about a job without reading the weights of a snapshot.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobOutline> OutlineAsync(string job, CancellationToken cancellation);

    /// <summary>The same with state and kernels, for programs.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobDescription> DescribeAsync(string job, CancellationToken cancellation);

    /// <summary>Where the job's data set was found last; null if that is not known here.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobOrigin?> ReadOriginAsync(string job, CancellationToken cancellation);

    /// <summary>The convolution kernels at one of <see cref="JobDescription.KernelSteps"/>.</summary>
    /// <returns>A snapshot that holds at least the kernels.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, or nothing of that step.</exception>
    Task<Snapshot> ReadKernelsAsync(string job, long step, CancellationToken cancellation);

    /// <summary>What is known about a job, with its newest snapshot.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<JobView> ShowAsync(string job, CancellationToken cancellation);

    /// <summary>Begins to look at a job.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    Task<IJobProgress> FollowAsync(string job, CancellationToken cancellation);

    /// <summary>A part of what a job's steps measured, in the order of the log.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job, or its record has no such position.</exception>
    Task<RecordPage> ReadRecordAsync(string job, RecordCursor after, CancellationToken cancellation);

    /// <summary>Gives a job more steps, while nobody trains it.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job, it runs or has failed, has more steps than that, or would have had other bits with
    /// more steps.</exception>
    Task ExtendAsync(string job, long totalSteps, CancellationToken cancellation);

    /// <summary>Writes tags and a note on a job; what was there before is replaced.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such job, or a tag or the note cannot be stored.</exception>
    Task LabelAsync(string job, JobLabels labels, CancellationToken cancellation);

    /// <summary>Gets one line at a time about what is not as it should be.</summary>
    void Warn(string line);

    /// <summary>Copies a snapshot file, unchecked.</summary>
    /// <param name="job">Its job.</param>
    /// <param name="head">The snapshot.</param>
    /// <param name="target">Gets the bytes, from its start on; it can seek.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <exception cref="Core.InvalidInputException">The snapshot is not there any more.</exception>
    Task CopyAsync(string job, SnapshotHead head, Stream target, CancellationToken cancellation);
}
