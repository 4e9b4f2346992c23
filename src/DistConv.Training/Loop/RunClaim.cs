using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Training.Loop;

/// <summary>
/// A run's claim on its job. A thread of its own, which neither a long step nor a busy thread pool holds up, lets it grow while a cluster's coordinator lives,
/// looks whether it is outbid, and looks for requests.
/// </summary>
internal sealed class RunClaim : IAsyncDisposable
{
    private const int LooksPerBeat = 2;
    private static readonly TimeSpan _beatInterval = TimeSpan.FromMilliseconds(250);

    private readonly JobFolder _folder;
    private readonly JobLock? _lock;
    private readonly long _since;
    private readonly bool _beats;
    private readonly StallWatch? _stall;
    private readonly object _wake = new();
    private readonly CancellationTokenSource _outbid = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _cancelling = Task.CompletedTask;
    private volatile RequestRecord? _request;
    private volatile bool _closing;
    private volatile bool _nudged;

    private RunClaim(JobFolder folder, JobLock? @lock, long fence, long since, bool beats, StallWatch? stall)
    {
        (_folder, _lock, Fence, _since, _beats, _stall) = (folder, @lock, fence, since, beats, stall);
        Outbid = _outbid.Token;
        new Thread(Run) { IsBackground = true, Name = "DistConv claim" }.Start();
    }

    /// <summary>The claim's number.</summary>
    public long Fence { get; }

    /// <summary>Cancelled when another process has taken the job over.</summary>
    public CancellationToken Outbid { get; }

    /// <summary>What was asked of this run, or null.</summary>
    public JobRequest? Request => _request?.Request;

    /// <summary>Takes the job.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="options">How the run goes about it.</param>
    /// <param name="cluster">The coordinator; null: a run that nobody takes over.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stall">Tells when the run stands still and its claim shall lapse.</param>
    /// <returns>The claim.</returns>
    /// <exception cref="InvalidInputException">Another process trains the job.</exception>
    /// <exception cref="FencedException">Another coordinator was faster to take it over.</exception>
    public static RunClaim Take(JobFolder folder, RunOptions options, CoordinatorRun? cluster, TimeProvider time, StallWatch? stall = null)
    {
        JobLock? held = folder.TryAcquireLock();
        try
        {
            // A coordinator that hangs keeps the lock, so its successor has to do without.
            bool isFree = cluster is null ? held is not null && !folder.IsBeating : held is not null || folder.ReadClaim() is not { Owner.Silo: null };
            if (!isFree) throw new InvalidInputException($"job '{folder.Id}' is running in another process; watch it, or stop it first");
            if (cluster is null)
            {
                long own = folder.ClaimFence();
                return new RunClaim(folder, held, own, own, beats: false, stall);
            }

            if (cluster.After is { } after && folder.HighestFence() != after) throw new FencedException(folder.Id, after);
            RunRecord? earlier = cluster.After is null ? null : folder.ReadRun();
            long fence = folder.ClaimFence(ClaimOwner.Here(cluster.Silo));
            long since = cluster.After is null ? fence : earlier?.Since ?? cluster.After.Value;
            folder.WriteRun(new RunRecord(options.StopAt, options.SnapshotEverySteps, options.SnapshotSeconds, since, options.NormsEverySteps), fence);
            JobStatusRecord status = folder.ReadStatus() ?? new JobStatusRecord { State = JobState.Queued, Step = 0, UpdatedAt = time.GetUtcNow() };
            folder.WriteStatus(status with { State = JobState.Running, UpdatedAt = time.GetUtcNow(), Message = null }, fence);
            return new RunClaim(folder, held, fence, since, beats: true, stall);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Checks that nobody has taken the job over, as far as is known here.</summary>
    /// <exception cref="FencedException">Somebody has.</exception>
    public void EnsureHeld()
    {
        if (Outbid.IsCancellationRequested) throw new FencedException(_folder.Id, Fence);
    }

    /// <summary>Looks for requests at once.</summary>
    public void Nudge()
    {
        lock (_wake)
        {
            _nudged = true;
            Monitor.Pulse(_wake);
        }
    }

    /// <summary>Says in the store that the run has ended on purpose, when it has written everything.</summary>
    /// <returns>When that is done, or the store has refused: then others find out by waiting.</returns>
    public async Task ReleaseAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        if (!_beats) return;
        try
        {
            _folder.Release(Fence);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The claim does not grow any more, which says the same a little later.
        }
    }

    /// <summary>Ends the thread and lets go of the lock.</summary>
    /// <returns>When both are done.</returns>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await _cancelling.ConfigureAwait(false);
        _outbid.Dispose();
        _lock?.Dispose();
    }

    private Task CloseAsync()
    {
        lock (_wake)
        {
            _closing = true;
            Monitor.Pulse(_wake);
        }

        return _ended.Task;
    }

    private void Run()
    {
        for (int beat = 1; !_closing; beat++)
        {
            try
            {
                if (_beats && _stall?.Look() != true) _folder.Beat(Fence);
                if (_nudged || beat % LooksPerBeat == 1) Look();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Telemetry.AddWriteError(); // The store may be there again at the next beat; if not, the run's own writes fail.
            }

            lock (_wake)
            {
                if (!_closing && !_nudged) Monitor.Wait(_wake, _beatInterval);
            }
        }

        _ended.SetResult();
    }

    private void Look()
    {
        _nudged = false;
        if (!_outbid.IsCancellationRequested && _folder.IsOutbid(Fence)) _cancelling = _outbid.CancelAsync();
        if (_folder.ReadRequest(_since) is { } request) _request = new RequestRecord(request);
    }
}
