using System.Diagnostics;
using DistConv.Core.Buffers;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;

namespace DistConv.Grains.Workers;

/// <summary>A silo's replica of one job, under the fence of one coordinator after another. Its coordinator's calls are served one at a time.</summary>
internal sealed class HostedReplica : IAsyncDisposable
{
    private readonly ComputePool _pool;
    private readonly SemaphoreSlim _turns = new(1);
    private readonly Lock _enrolment = new();
    private readonly CancellationTokenSource _abandoned = new();
    private bool _retired;

    /// <summary>Takes a replica over.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="replica">Weights, optimizer state and workspace; disposed with this.</param>
    /// <param name="pool">The threads on which the replica computes.</param>
    public HostedReplica(string job, long fence, Replica replica, ComputePool pool)
    {
        Job = job;
        Fence = fence;
        Replica = replica;
        _pool = pool;
        Sums = new StepSums(job, fence, replica, pool);
    }

    /// <summary>The claim of the coordinator that it is under.</summary>
    public long Fence { get; private set; }

    /// <summary>Whether a step failed in a way after which nothing can be computed here.</summary>
    public bool IsAbandoned => _abandoned.IsCancellationRequested;

    /// <summary>When a coordinator called last, in <see cref="Environment.TickCount64"/>.</summary>
    public long UsedAt { get; private set; } = Environment.TickCount64;

    /// <summary>What the silo knows about the run.</summary>
    public RunJournal Journal { get; } = new();

    /// <summary>What this process uses, for the coordinator.</summary>
    public ProcessLoad Load { get; } = new(TimeProvider.System);

    /// <summary>The state for silos that follow this one.</summary>
    public StateCopies Copies { get; } = new();

    /// <summary>What the silo has computed of a step, and the sum over all silos.</summary>
    public StepSums Sums { get; }

    /// <summary>The job id.</summary>
    public string Job { get; }

    /// <summary>Weights, optimizer state and workspace.</summary>
    public Replica Replica { get; }

    /// <summary>Checks a caller's claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <exception cref="FencedException">It is lower than the one that it is under.</exception>
    /// <exception cref="InvalidOperationException">It is higher: that coordinator has not joined.</exception>
    public void EnsureFence(long claim)
    {
        if (claim < Fence) throw new FencedException(Job, claim);
        if (claim > Fence) throw new InvalidOperationException($"job '{Job}': this silo's replica is under claim {Fence}, not {claim}");
        UsedAt = Environment.TickCount64;
    }

    /// <summary>Puts it under a later coordinator. The caller has its turn: no step is being computed.</summary>
    /// <param name="claim">The coordinator's claim.</param>
    public void MoveTo(long claim)
    {
        if (claim != Fence) Sums.MoveTo(claim);
        Fence = claim;
        UsedAt = Environment.TickCount64;
    }

    /// <summary>Checks that the replica stands where its coordinator thinks.</summary>
    /// <param name="step">Updates that must have been applied.</param>
    /// <exception cref="InvalidOperationException">It stands elsewhere.</exception>
    public void EnsureStep(long step)
    {
        if (Replica.Step != step) throw new InvalidOperationException($"job '{Job}': this silo's replica stands at step {Replica.Step}, not {step}");
    }

    /// <summary>Waits until no other call uses the replica.</summary>
    /// <param name="claim">The caller's claim; null: whoever it is that takes the replica over.</param>
    /// <returns>To be disposed when the caller has finished.</returns>
    /// <exception cref="FencedException">A later coordinator has joined meanwhile.</exception>
    /// <exception cref="InvalidOperationException">It was replaced meanwhile, or a step failed.</exception>
    public async Task<IDisposable> EnterAsync(long? claim)
    {
        await _turns.WaitAsync();
        try
        {
            if (claim is { } mine) EnsureFence(mine);
            if (_retired || IsAbandoned)
                throw new InvalidOperationException($"job '{Job}': this silo's replica was {(_retired ? "replaced" : "given up when a step failed")}");
            return new Turn(_turns);
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    /// <summary>Applies a step unless that is done already. What this silo lacks of its sum is fetched from the holder.</summary>
    /// <param name="commit">The step before, or null.</param>
    /// <param name="silo">This silo's means.</param>
    /// <returns>Milliseconds; 0 when there was nothing to do, also when earlier updates are lacking.</returns>
    /// <exception cref="InvalidOperationException">The holder has not got the sum any longer.</exception>
    public async Task<double> CatchUpAsync(CommitMessage? commit, SiloExchange silo)
    {
        if (commit is null || Replica.Step != commit.Step) return 0;
        return await ApplyAsync(commit, await Sums.CollectAsync(commit, silo));
    }

    /// <summary>Applies the gradient of the step at which the replica stands.</summary>
    /// <param name="commit">The step.</param>
    /// <param name="sum">The sum over all shards.</param>
    /// <returns>Milliseconds.</returns>
    public async Task<double> ApplyAsync(CommitMessage commit, FloatBuffer sum)
    {
        ulong[] hashes = [.. Replica.LayerHashes];
        long start = Stopwatch.GetTimestamp();
        await Replica.ApplyAsync(new ReducedGradient(commit.Step, commit.Totals, sum, commit.RateFraction));
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Journal.Add(new RecordMessage(commit.Step, commit.Totals, commit.Coverage, commit.Measures, hashes));
        Copies.Add(commit, sum);
        return milliseconds;
    }

    /// <summary>A shard's part of the step that was announced; all announced shards compute together when the last one has come.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="step">The step.</param>
    /// <returns>The shard's sums.</returns>
    /// <exception cref="OperationCanceledException">Another shard did not come.</exception>
    public Task<StepTotals> ComputeAsync(int shard, long step)
    {
        lock (_enrolment)
        {
            _abandoned.Token.ThrowIfCancellationRequested();
            return Replica.OpenShard(shard).ComputeAsync(step).WaitAsync(_abandoned.Token);
        }
    }

    /// <summary>A shard did not come: those that wait for it give up, and nothing is computed here any more.</summary>
    public void Abandon()
    {
        lock (_enrolment) _abandoned.Cancel();
    }

    /// <summary>Waits for the call that runs, refuses those that wait, and frees the replica.</summary>
    /// <returns>When it is freed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _turns.WaitAsync();
        bool first = !_retired;
        _retired = true;
        _turns.Release();
        if (!first) return;

        // A computation may go on although its caller has given up: it must not lose its memory. The pool's jobs run one after the other.
        Abandon();
        await _pool.RunAsync(static () => { });
        Sums.Dispose();
        Replica.Dispose();
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
