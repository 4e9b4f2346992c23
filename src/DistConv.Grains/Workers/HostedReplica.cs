using System.Diagnostics;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Steps;

namespace DistConv.Grains.Workers;

/// <summary>A silo's replica of one job, under one coordinator's fence. Its coordinator's calls are served one at a time.</summary>
internal sealed class HostedReplica : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private bool _retired;

    /// <summary>Takes a replica over.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="replica">The weights; disposed with this.</param>
    /// <param name="shards">The silo's shards, ascending.</param>
    public HostedReplica(string job, long fence, Replica replica, IReadOnlyList<int> shards)
    {
        Job = job;
        Fence = fence;
        Replica = replica;
        Shards = shards;
    }

    /// <summary>The job id.</summary>
    public string Job { get; }

    /// <summary>The claim of the coordinator that prepared it.</summary>
    public long Fence { get; }

    /// <summary>Weights, optimizer state and workspace.</summary>
    public Replica Replica { get; }

    /// <summary>The silo's shards, ascending.</summary>
    public IReadOnlyList<int> Shards { get; }

    /// <summary>Checks a caller's claim.</summary>
    /// <param name="fence">The claim.</param>
    /// <exception cref="FencedException">It is lower than the one that prepared this.</exception>
    /// <exception cref="InvalidOperationException">It is higher: that coordinator has not prepared it.</exception>
    public void EnsureFence(long fence)
    {
        if (fence < Fence) throw new FencedException(Job, fence);
        if (fence > Fence) throw new InvalidOperationException($"job '{Job}': this silo's replica was prepared under claim {Fence}, not {fence}");
    }

    /// <summary>Checks that the replica stands where its coordinator thinks.</summary>
    /// <param name="step">Updates that must have been applied.</param>
    /// <exception cref="InvalidOperationException">It stands elsewhere.</exception>
    public void EnsureStep(long step)
    {
        if (Replica.Step != step) throw new InvalidOperationException($"job '{Job}': this silo's replica stands at step {Replica.Step}, not {step}");
    }

    /// <summary>Waits until no other call uses the replica.</summary>
    /// <returns>To be disposed when the caller has finished.</returns>
    /// <exception cref="FencedException">A later coordinator took over meanwhile.</exception>
    public async Task<IDisposable> EnterAsync()
    {
        await _gate.WaitAsync();
        if (!_retired) return new Turn(_gate);
        _gate.Release();
        throw new FencedException(Job, Fence);
    }

    /// <summary>Applies a gradient unless that is done already.</summary>
    /// <param name="pending">The gradient of the step before, or null.</param>
    /// <returns>Milliseconds; 0 when there was nothing to do, also when earlier updates are lacking.</returns>
    public async Task<double> CatchUpAsync(ReducedMessage? pending)
    {
        if (pending is null) return 0;
        double milliseconds = 0;
        if (Replica.Step == pending.Step)
        {
            long start = Stopwatch.GetTimestamp();
            await Replica.ApplyAsync(new ReducedGradient(pending.Step, pending.Totals, pending.Values.Values));
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        pending.Values.Release();
        return milliseconds;
    }

    /// <summary>Waits for the call that runs, refuses those that wait, and frees the replica.</summary>
    /// <returns>When it is freed.</returns>
    public async Task RetireAsync()
    {
        await _gate.WaitAsync();
        bool first = !_retired;
        _retired = true;
        _gate.Release();
        if (first) Replica.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Replica.Dispose();
        _gate.Dispose();
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
