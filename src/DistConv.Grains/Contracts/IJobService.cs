using DistConv.Training.Jobs;
using Orleans.Services;

namespace DistConv.Grains.Contracts;

/// <summary>The jobs that one silo coordinates, and whether the silo lives: a grain service, addressed by silo.</summary>
[Alias("DistConv.IJobService")]
public interface IJobService : IGrainService
{
    /// <summary>Has this silo coordinate a job from now on. Does nothing while it does.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <returns>When the job is claimed.</returns>
    /// <exception cref="Core.InvalidInputException">The store has no such job.</exception>
    [ResponseTimeout(Timeouts.Command)]
    [Alias("Start")]
    Task Start(string job, RunMessage options);

    /// <summary>How a job stands that this silo coordinates.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>The status, also of a job that has ended here; null if this silo has not coordinated it.</returns>
    [ResponseTimeout(Timeouts.Heartbeat)]
    [Alias("GetStatus")]
    Task<JobStatus?> GetStatus(string job);

    /// <summary>A request for a job has been written: look at once.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>When it is noted.</returns>
    [ResponseTimeout(Timeouts.Heartbeat)]
    [Alias("Nudge")]
    Task Nudge(string job);

    /// <summary>Answers at once: every silo asks every other one several times a second.</summary>
    /// <returns>Whether the silo is about to stop, and takes no new work.</returns>
    [ResponseTimeout(Timeouts.Heartbeat)]
    [Alias("Heartbeat")]
    Task<HeartbeatReply> Heartbeat();
}

/// <summary>A silo that lives.</summary>
/// <param name="IsLeaving">It drains: other silos take over its shards and jobs.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.HeartbeatReply")]
public sealed record HeartbeatReply([property: Id(0)] bool IsLeaving);
