using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Membership;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Coordination;

/// <inheritdoc cref="ICoordinatorGrain"/>
/// <remarks>
/// It holds no training logic: it drives the loop that <see cref="LocalTrainer"/>'s runs use, in slices, by a timer. Orleans would take a call that
/// lasts as long as a job for stuck. It is called on its own silo only, and a stateless worker is always there: a grain that is entered in a directory,
/// whichever, would be deactivated when the silo dies that Orleans's own directory has chosen for its entry. Stateless workers are looked up all the same,
/// before they are first activated: here. An idle one would be collected within a second; how its job stands is kept by <see cref="RunningJobs"/> in any case.
/// </remarks>
[StatelessWorker(maxLocalWorkers: 1, removeIdleWorkers: false)]
[GrainDirectory(LocalGrainDirectory.Name)]
internal sealed class CoordinatorGrain(
    ReplicaHost host,
    IWorkerClient workers,
    RunningJobs running,
    ISiloWatch silos,
    ILocalSiloDetails local,
    TimeProvider time,
    ILogger<CoordinatorGrain> logger) : Grain, ICoordinatorGrain
{
    private static readonly TimeSpan _slice = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    private TrainingLoop? _loop;
    private WorkerGroup? _group;
    private IGrainTimer? _timer;
    private bool _isKept;

    private string Job => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public Task Start(RunMessage options) => StartAsync(options, null);

    /// <inheritdoc/>
    public Task Coordinate(RunMessage options, long? after) => StartAsync(
        options, new CoordinatorRun(local.SiloAddress.ToParsableString(), after) { Stalled = (step, waiting) => Log.Stalled(logger, Job, step, waiting) });

    /// <inheritdoc/>
    public Task<JobStatus> GetStatus() =>
        Task.FromResult(running.GetStatus(Job)
            ?? throw new InvalidInputException($"job '{Job}' is not coordinated by this silo: start or resume it, or read its folder"));

    /// <inheritdoc/>
    public Task Stop()
    {
        _loop?.RequestStop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_loop is not { } loop) return;

        // Without its timer nobody would go on with the job, while its claim says that somebody does.
        Log.Deactivated(logger, Job, reason.ToString());
        await EndAsync(loop, loop.Status with { State = JobState.Interrupted });
    }

    private async Task StartAsync(RunMessage options, CoordinatorRun? cluster)
    {
        if (_loop is not null) return;
        if (running.IsHalting) throw new OperationCanceledException($"the silo stops: job '{Job}' is not started");

        // The store is on a disk, or on a network: not on this turn.
        string job = Job;
        (_group, _loop) = await Task.Run(() =>
        {
            JobFolder folder = host.Store.Open(job);
            JobSpecCheck.EnsureValid(folder.Spec); // Before anything is allocated: the store may hold what an older build accepted.
            var group = new WorkerGroup(folder, silos, local.SiloAddress, workers, time)
            {
                StoreId = host.Store.Id,
                Parameters = folder.Spec.Plan().Parameters,
            };
            var loop = new TrainingLoop(folder, new WorkerStepExecutor(group, () => host.IsComputing(job), time), options.ToOptions(), time, cluster);
            group.Fence = loop.Fence;
            return (group, loop);
        });
        _isKept = cluster is not null;
        running.Enter(Job, _loop, _isKept);
        _timer = this.RegisterGrainTimer(AdvanceAsync, new GrainTimerCreationOptions(TimeSpan.Zero, _pause) { KeepAlive = true });
    }

    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        if (_loop is not { } loop) return;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.Abandoned);
            bool more = await loop.AdvanceAsync(_slice, either.Token);
            if (!more) await EndAsync(loop, loop.Status);
            else if (running.IsHalting && !_isKept) await EndAsync(loop, loop.Status with { State = JobState.Interrupted });
        }
        catch (OperationCanceledException)
        {
            await EndAsync(loop, loop.Status with { State = JobState.Interrupted });
        }
    }

    private async Task EndAsync(TrainingLoop loop, JobStatus status)
    {
        bool isOutbid = loop.Failure is FencedException;
        if (isOutbid) Log.JobTakenOver(logger, Job, loop.Fence);
        else if (loop.Failure is { } failure) Log.JobFailed(logger, Job, failure.Message);
        if (loop.FailedInternally) Log.InternalError(logger, Job, loop.Failure!.ToString());
        try
        {
            try
            {
                // Whoever goes on with the job goes on with its replicas.
                if (running.IsHalting) await host.ReleaseAsync(Job, loop.Fence);
                else if (!isOutbid) await _group!.ReleaseAsync();
            }
            finally
            {
                await loop.DisposeAsync(); // Whatever happens: a claim that goes on growing keeps all others from the job.
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.JobFailed(logger, Job, e.Message);
        }
        finally
        {
            (_loop, _group) = (null, null);
            running.Leave(Job, isOutbid && _isKept ? null : status);
            _timer!.Dispose();
        }
    }
}
