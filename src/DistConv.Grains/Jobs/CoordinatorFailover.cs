using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Membership;
using DistConv.Grains.Settings;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Jobs;

/// <summary>
/// Keeps a cluster's jobs going: when the coordinator of a running job is lost, the next silo in the job's order takes it over. The store decides who has a
/// job; that two may try at once is harmless.
/// </summary>
internal sealed class CoordinatorFailover(
    IOptions<DistConvOptions> options,
    ReplicaHost host,
    RunningJobs running,
    ISiloWatch silos,
    ILocalSiloDetails local,
    IGrainFactory grains,
    TimeProvider time,
    ILogger<CoordinatorFailover> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int LooksPerRefresh = 8;
    private static readonly TimeSpan _lookInterval = TimeSpan.FromMilliseconds(250);

    private readonly Trouble _listing = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
    private WatchedJobs? _jobs;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        if (!options.Value.KeepsJobs) return;
        lifecycle.Subscribe(
            nameof(CoordinatorFailover),
            ServiceLifecycleStage.Active,
            _ =>
            {
                _keeping = Task.Run(KeepAsync, CancellationToken.None);
                return Task.CompletedTask;
            },
            async _ =>
            {
                await _stop.CancelAsync();
                await _keeping;
            });
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(_lookInterval, time);
        try
        {
            long last = time.GetTimestamp();
            for (int look = 0; !running.IsHalting; look++)
            {
                if (look % LooksPerRefresh == 0) Refresh();
                TimeSpan elapsed = time.GetElapsedTime(last);
                last = time.GetTimestamp();
                foreach (WatchedJob job in _jobs?.Kept ?? []) TryLook(job, elapsed);
                await timer.WaitForNextTickAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private void TryLook(WatchedJob job, TimeSpan elapsed)
    {
        try
        {
            Look(job, elapsed);
        }
#pragma warning disable CA1031 // Whatever is wrong with one job, the others are still looked after.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (job.TakingOver.IsNews(e)) Report(job, e);
        }
    }

    private void Look(WatchedJob job, TimeSpan elapsed)
    {
        if (job.Attempt is { IsCompleted: false } || running.Has(job.Id)) return;
        if (job.Folder.ReadClaim() is not { } claim || claim is { Owner.Silo: null }) return;
        IReadOnlyList<SiloAddress> active = silos.Active;
        int rank = Array.IndexOf(Succession.Order(job.Id, active), local.SiloAddress);
        bool ownerIsActive = active.Any(silo => silo.ToParsableString() == claim.Owner?.Silo);
        if (rank < 0 || !job.Watch.IsDue(claim, elapsed, ownerIsActive, rank) || !job.Folder.IsKept) return;
        job.Watch.Restart();
        job.Attempt = TakeOverAsync(job, claim);
    }

    private async Task TakeOverAsync(WatchedJob job, JobClaim claim)
    {
        try
        {
            if (JobSpecCheck.FindProblems(job.Folder.Spec) is { Count: > 0 } problems)
            {
                Fail(job.Folder, new InvalidInputException(problems).Message);
                return;
            }

            RunRecord run = job.Folder.ReadRun()!;
            var message = new RunMessage(run.StopAt, run.SnapshotEverySteps, run.SnapshotSeconds, run.NormsEverySteps);
            await grains.GetGrain<ICoordinatorGrain>(job.Id).Coordinate(message, claim.Fence);
            job.TakingOver.End();
            Log.TakingOver(logger, job.Id, claim.Owner?.Silo ?? "a silo that died as it began");
        }
        catch (FencedException)
        {
            // Another silo was faster.
        }
#pragma warning disable CA1031 // A job that cannot be taken over now is looked at again, by this silo and by others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (job.TakingOver.IsNews(e)) Report(job, e);
        }
    }

    /// <summary>Ends a job that no silo can run, as an older build accepted it.</summary>
    private void Fail(JobFolder folder, string message)
    {
        long step = folder.ReadStatus()?.Step ?? 0;
        long fence = folder.ClaimFence(ClaimOwner.Here(local.SiloAddress.ToParsableString())); // The cluster's: if this silo dies now, another ends the job.
        folder.WriteStatus(new JobStatusRecord { State = JobState.Failed, Step = step, UpdatedAt = time.GetUtcNow(), Message = message }, fence);
        Telemetry.AddFailure(FailureReasons.Input);
        Log.JobFailed(logger, folder.Id, message);
    }

    private void Refresh()
    {
        try
        {
            _jobs ??= new WatchedJobs(host.Store);
            _jobs.Refresh(Report);
            _listing.End();
        }
#pragma warning disable CA1031 // The store may be there again at the next look.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Telemetry.AddReadError();
            if (_listing.IsNews(e)) Log.CannotList(logger, e.Message.ReplaceLineEndings(" "));
        }
    }

    private void Report(WatchedJob job, Exception e)
    {
        if (e is IOException or UnauthorizedAccessException) Telemetry.AddReadError();
        Log.CannotKeep(logger, job.Id, e.Message.ReplaceLineEndings(" "));
    }
}
