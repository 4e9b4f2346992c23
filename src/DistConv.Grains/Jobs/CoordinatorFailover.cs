using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Membership;
using DistConv.Grains.Settings;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
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
    private const int LooksPerListing = 8;
    private static readonly TimeSpan _lookInterval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, WatchedJob> _jobs = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _keeping = Task.CompletedTask;
    private string? _lastTrouble;

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
                if (look % LooksPerListing == 0) Try("list", List);
                TimeSpan elapsed = time.GetElapsedTime(last);
                last = time.GetTimestamp();
                foreach (WatchedJob job in _jobs.Values) Try(job.Folder.Id, () => Look(job, elapsed));
                await timer.WaitForNextTickAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>Finds the jobs to look after. A folder in which nothing was created or removed since the last time is not read again.</summary>
    private void List()
    {
        IReadOnlyList<string> ids = host.Store.List();
        foreach (string gone in _jobs.Keys.Except(ids).ToList()) _jobs.Remove(gone);
        foreach (string id in ids)
        {
            Try(id, () =>
            {
                WatchedJob job = _jobs.GetValueOrDefault(id) ?? (_jobs[id] = new WatchedJob(host.Store.Open(id)));
                DateTime changed = Directory.GetLastWriteTimeUtc(job.Folder.Path);
                if (changed == job.ChangedAt) return;
                job.IsKept = job.Folder.IsKept;
                job.ChangedAt = changed;
            });
        }
    }

    private void Look(WatchedJob job, TimeSpan elapsed)
    {
        if (!job.IsKept || job.Attempt is { IsCompleted: false } || running.Has(job.Folder.Id)) return;
        if (job.Folder.ReadClaim() is not { } claim || claim is { Owner.Silo: null }) return;
        IReadOnlyList<SiloAddress> active = silos.Active;
        int rank = Array.IndexOf(Succession.Order(job.Folder.Id, active), local.SiloAddress);
        bool ownerIsActive = active.Any(silo => silo.ToParsableString() == claim.Owner?.Silo);
        if (rank < 0 || !job.Watch.IsDue(claim, elapsed, ownerIsActive, rank) || !job.Folder.IsKept) return;
        job.Watch.Restart();
        job.Attempt = TakeOverAsync(job.Folder, claim);
    }

    private async Task TakeOverAsync(JobFolder folder, JobClaim claim)
    {
        try
        {
            RunRecord run = folder.ReadRun()!;
            var message = new RunMessage(run.StopAt, run.SnapshotEverySteps, run.SnapshotSeconds);
            await grains.GetGrain<ICoordinatorGrain>(folder.Id).Coordinate(message, claim.Fence);
            Log.TakingOver(logger, folder.Id, claim.Owner?.Silo ?? "a silo that died as it began");
        }
        catch (FencedException)
        {
            // Another silo was faster.
        }
#pragma warning disable CA1031 // A job that cannot be taken over now is looked at again, by this silo and by others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Report(folder.Id, e);
        }
    }

    private void Try(string name, Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever is wrong with one job, the others are still looked after.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Report(name, e);
        }
    }

    /// <summary>Says what is wrong once, however often it is met.</summary>
    private void Report(string name, Exception e)
    {
        string trouble = $"{name}: {e.Message}";
        if (Interlocked.Exchange(ref _lastTrouble, trouble) != trouble) Log.CannotKeep(logger, name, e.Message.ReplaceLineEndings(" "));
    }

    private sealed class WatchedJob(JobFolder folder)
    {
        public JobFolder Folder => folder;

        public ClaimWatch Watch { get; } = new();

        public DateTime ChangedAt { get; set; }

        public bool IsKept { get; set; }

        public Task? Attempt { get; set; }
    }
}
