using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Jobs;
using Microsoft.Extensions.Logging;

namespace DistConv.Grains.Jobs;

/// <inheritdoc cref="IJobService"/>
internal sealed class JobService : GrainService, IJobService
{
    private readonly RunningJobs _running;
    private readonly IGrainFactory _grains;

    /// <summary>Made by Orleans when the silo starts.</summary>
    /// <param name="id">The service's identity.</param>
    /// <param name="silo">The silo.</param>
    /// <param name="loggers">The silo's loggers.</param>
    /// <param name="running">The silo's jobs.</param>
    /// <param name="grains">Finds coordinators.</param>
    public JobService(GrainId id, Silo silo, ILoggerFactory loggers, RunningJobs running, IGrainFactory grains)
        : base(id, silo, loggers) => (_running, _grains) = (running, grains);

    /// <inheritdoc/>
    public Task Start(string job, RunMessage options) =>
        _running.IsTraining(job) ? Task.CompletedTask : _grains.GetGrain<ICoordinatorGrain>(job).Coordinate(options, after: null);

    /// <inheritdoc/>
    public Task<JobStatus?> GetStatus(string job) => Task.FromResult(_running.GetStatus(job));

    /// <inheritdoc/>
    public Task Nudge(string job)
    {
        _running.Nudge(job);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<HeartbeatReply> Heartbeat() => Task.FromResult(new HeartbeatReply(_running.IsHalting));
}
