using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Grains.Jobs;

/// <summary>
/// Starts, watches and stops jobs that the silo of this process coordinates. Only that silo's services have it: through a gateway two calls may reach two
/// silos, of which one does not coordinate the job. Clients of a cluster call <see cref="IJobsGrain"/>, which finds the coordinator.
/// </summary>
public sealed class JobClient
{
    private readonly IGrainFactory _grains;

    /// <summary>A client of this process' silo.</summary>
    /// <param name="grains">The silo's grains.</param>
    internal JobClient(IGrainFactory grains) => _grains = grains;

    /// <summary>Starts a job whose folder is in the store, or resumes it from its newest whole snapshot. Does nothing while it runs.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <returns>When the job is claimed; watch <see cref="GetStatusAsync"/> from then on.</returns>
    /// <exception cref="Core.InvalidInputException">The store has no such job, or another process trains it.</exception>
    public Task StartAsync(string job, RunOptions options) => Coordinator(job).Start(RunMessage.From(options));

    /// <summary>How a job stands.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>The status; it stays available after the job has ended.</returns>
    /// <exception cref="Core.InvalidInputException">The job was not started on this silo.</exception>
    public Task<JobStatus> GetStatusAsync(string job) => Coordinator(job).GetStatus();

    /// <summary>Asks a job to end at the next step boundary with a snapshot; <see cref="GetStatusAsync"/> tells when it has.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>When the request is noted.</returns>
    public Task StopAsync(string job) => Coordinator(job).Stop();

    private ICoordinatorGrain Coordinator(string job) => _grains.GetGrain<ICoordinatorGrain>(job);
}
