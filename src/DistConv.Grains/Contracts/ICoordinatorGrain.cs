using DistConv.Training.Jobs;
using Orleans.Concurrency;

namespace DistConv.Grains.Contracts;

/// <summary>
/// One job: it steps the workers, averages their gradients and keeps the job's folder. Its key is the job id. No call to it lasts longer than the
/// work that it names: training itself is driven by the grain's timer. It is always activated on the silo that is called, so only that silo's own services
/// call it.
/// </summary>
[Alias("DistConv.ICoordinatorGrain")]
internal interface ICoordinatorGrain : IGrainWithStringKey
{
    /// <summary>Starts the job, or resumes it from its newest whole snapshot. Does nothing while it runs.</summary>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <returns>When the job is claimed; the data and the snapshot are read afterwards.</returns>
    /// <exception cref="Core.InvalidInputException">The store has no such job.</exception>
    [Alias("Start")]
    Task Start(RunMessage options);

    /// <summary>Coordinates the job for a cluster, which takes it over when this silo is lost. Does nothing while it runs here.</summary>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <param name="after">The claim from which it takes over; null: it is started or resumed by command.</param>
    /// <returns>When the job is claimed.</returns>
    /// <exception cref="Core.InvalidInputException">The store has no such job, or a process outside the cluster trains it.</exception>
    /// <exception cref="Training.Jobs.FencedException">Another silo was faster to take it over.</exception>
    [Alias("Coordinate")]
    Task Coordinate(RunMessage options, long? after);

    /// <summary>How the job stands; answered while a step runs.</summary>
    /// <returns>The status, also of a job that has ended since the silo started.</returns>
    /// <exception cref="Core.InvalidInputException">The job was not started here.</exception>
    [AlwaysInterleave]
    [Alias("GetStatus")]
    Task<JobStatus> GetStatus();

    /// <summary>Asks the job to end at the next step boundary with a snapshot; <see cref="GetStatus"/> tells when it has. Does nothing when it does
    /// not run.</summary>
    /// <returns>When the request is noted.</returns>
    [AlwaysInterleave]
    [Alias("Stop")]
    Task Stop();
}
