using DistConv.Training.Jobs;

namespace DistConv.Client;

/// <summary>
/// Jobs, wherever they are: in this process, in a store on disk, or in a cluster. Safe for concurrent calls. A cancellation token stops the call that it is
/// given to, and never a job.
/// </summary>
public interface IDistConvClient : IAsyncDisposable
{
    /// <summary>Where the jobs are.</summary>
    JobSourceInfo Source { get; }

    /// <summary>Works out what a request would run: shapes, steps, memory, and the defaults that were chosen. Nothing is stored.</summary>
    /// <param name="request">What the job is to be.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="Core.InvalidInputException">The request cannot become a job; the message says why and what would be right.</exception>
    Task<TrainingPlan> PlanAsync(TrainingRequest request, CancellationToken ct = default);

    /// <summary>Plans a job, stores it and starts it. A job that exists with the same specification is the same job: it goes on, or stays ended.</summary>
    /// <param name="request">What the job is to be.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The job, which has been started.</returns>
    /// <exception cref="Core.InvalidInputException">The request cannot become a job; nothing is stored then.</exception>
    /// <exception cref="InvalidOperationException">Nothing trains the jobs of this client's store.</exception>
    /// <exception cref="Clusters.ClusterUnavailableException">No silo of the cluster answers.</exception>
    Task<TrainingJob> SubmitAsync(TrainingRequest request, CancellationToken ct = default);

    /// <summary>Stores and starts what was planned.</summary>
    /// <param name="plan">What <see cref="PlanAsync"/> gave.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The job, which has been started.</returns>
    /// <exception cref="Core.InvalidInputException">The job exists with another specification, or the plan is refused.</exception>
    /// <exception cref="InvalidOperationException">Nothing trains the jobs of this client's store.</exception>
    /// <exception cref="Clusters.ClusterUnavailableException">No silo of the cluster answers.</exception>
    Task<TrainingJob> SubmitAsync(TrainingPlan plan, CancellationToken ct = default);

    /// <summary>A job by its id. Whether there is such a job shows the first call.</summary>
    /// <param name="id">The job's id.</param>
    /// <returns>The job.</returns>
    TrainingJob GetJob(string id);

    /// <summary>All jobs, the one that was last written to first.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>A summary of each.</returns>
    IAsyncEnumerable<JobSummary> ListAsync(CancellationToken ct = default);

    /// <summary>Puts jobs side by side: the settings in which they differ, and what came out.</summary>
    /// <param name="ids">The jobs, at least two.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="Core.InvalidInputException">There are fewer than two, or one does not exist.</exception>
    Task<JobComparison> CompareAsync(IReadOnlyList<string> ids, CancellationToken ct = default);
}
