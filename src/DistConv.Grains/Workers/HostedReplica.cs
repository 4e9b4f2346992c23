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
    private readonly List<GradientSum> _computed = [];
    private readonly LayerNormMeter _norms;
    private StepExchange? _exchange;
    private SiloExchange? _silo;
    private ReducedGradient? _alone;
    private long _computedStep = -1, _exchangedStep = -1;
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
        _norms = new LayerNormMeter(replica.Network);
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
        if (claim != Fence) Forget();
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

    /// <summary>The exchange with other silos, made at its first use.</summary>
    /// <param name="silo">This silo's means.</param>
    /// <returns>The same object until another coordinator comes.</returns>
    public StepExchange OpenExchange(SiloExchange silo)
    {
        lock (_enrolment)
        {
            _silo = silo;
            return _exchange ??= silo.Create(Job, Fence, Replica);
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
        if (_alone is { } alone && alone.Step == commit.Step) return await ApplyAsync(commit, alone.Values);
        return await ApplyAsync(commit, await silo.CollectAsync(OpenExchange(silo), Job, Fence, commit));
    }

    /// <summary>Applies the gradient of the step at which the replica stands.</summary>
    /// <param name="commit">The step.</param>
    /// <param name="sum">The sum over all shards.</param>
    /// <returns>Milliseconds.</returns>
    public async Task<double> ApplyAsync(CommitMessage commit, FloatBuffer sum)
    {
        ulong[] hashes = [.. Replica.LayerHashes];
        long start = Stopwatch.GetTimestamp();
        await Replica.ApplyAsync(new ReducedGradient(commit.Step, commit.Totals, sum));
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Journal.Add(new RecordMessage(commit.Step, commit.Totals, commit.Coverage, commit.Measures, hashes));
        Copies.Add(commit, sum);
        return milliseconds;
    }

    /// <summary>Prepares a call for a step: the replica stands there.</summary>
    /// <param name="request">The call.</param>
    /// <param name="silo">This silo's means.</param>
    public void BeginStep(StepRequest request, SiloExchange silo)
    {
        bool isExtra = _computedStep == request.Step;
        if (!isExtra)
        {
            _computed.Clear();
            _computedStep = request.Step;
            _alone = null;
        }

        Replica.GradientsReady = null;
        if (!request.IsExchanged) return;
        StepExchange exchange = OpenExchange(silo);
        _exchangedStep = request.Step;
        exchange.Begin(request.Step, request.Plan);
        if (exchange.IsSending) Replica.LeaveSums();
        Replica.GradientsReady = first => exchange.Ready(request.Step, Replica.Sums, first, isExtra);
    }

    /// <summary>Keeps what a call has computed until the next step.</summary>
    /// <param name="sums">The sums.</param>
    public void EndStep(IReadOnlyList<GradientSum> sums) => _computed.AddRange(sums);

    /// <summary>Waits for the sum of the step that was computed.</summary>
    /// <param name="request">The step.</param>
    /// <returns>Whether it is finite, and its norms.</returns>
    public async Task<SumReply> AwaitSumAsync(SumRequest request)
    {
        EnsureStep(request.Step);
        if (_exchangedStep != request.Step) return await AddAloneAsync(request);
        (FloatBuffer sum, bool isFinite) = await _exchange!.SumAsync(request.Step);
        string? problem = isFinite ? null : Replica.Reducer.FindNotFinite(request.Step, sum);
        return new SumReply(problem, await MeasureAsync(request, sum), 0);
    }

    private async Task<SumReply> AddAloneAsync(SumRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        string? problem = null;
        await _pool.RunAsync(() =>
        {
            _alone ??= Replica.Reducer.Add(request.Step, Replica.Plan.Shards, _computed);
            problem = Replica.Reducer.FindNotFinite(request.Step, _alone.Value.Values);
        });
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new SumReply(problem, await MeasureAsync(request, _alone!.Value.Values), milliseconds);
    }

    private async Task<float[]?> MeasureAsync(SumRequest request, FloatBuffer sum)
    {
        if (!request.MeasureNorms) return null;
        (_, int stepInEpoch) = Replica.Plan.LocateStep(request.Step);
        var norms = new float[2 * _norms.Layers];
        await _pool.RunAsync(() => _norms.MeasureGradient(
            new ReducedGradient(request.Step, new StepTotals(Replica.Plan.TotalBatchSizeAt(stepInEpoch), 0, 0), sum), norms));
        return norms;
    }

    /// <summary>Ends the exchange under a coordinator; what was computed for it is computed again.</summary>
    private void Forget()
    {
        lock (_enrolment)
        {
            if (_exchange is { } exchange) _silo!.CloseAsync(Job, Fence, exchange).Ignore();
            _exchange = null;
        }

        _computed.Clear();
        _alone = null;
        (_computedStep, _exchangedStep) = (-1, -1);
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
        Forget();
        Replica.Dispose();
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
