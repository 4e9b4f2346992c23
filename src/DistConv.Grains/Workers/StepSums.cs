using System.Diagnostics;
using DistConv.Core.Buffers;
using DistConv.Core.Threading;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;

namespace DistConv.Grains.Workers;

/// <summary>
/// What a replica has computed of the step at which it stands, and how that becomes the sum over all silos: in the exchange with the others, or, if there are
/// none, by adding it up here.
/// </summary>
/// <param name="job">The job id.</param>
/// <param name="fence">The coordinator's claim.</param>
/// <param name="replica">The replica.</param>
/// <param name="pool">The threads on which it computes.</param>
internal sealed class StepSums(string job, long fence, Replica replica, ComputePool pool) : IDisposable
{
    /// <summary>How long the buffers of the step before may be on their way before the next step gets others.</summary>
    private static readonly TimeSpan _sendPatience = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly List<GradientSum> _computed = [];
    private readonly LayerNormMeter _norms = new(replica.Network);
    private long _fence = fence, _step = -1;
    private bool _isExchanged;
    private ReducedGradient? _alone;
    private StepExchange? _exchange;
    private SiloExchange? _silo;

    /// <summary>The exchange with other silos, made at its first use.</summary>
    /// <param name="silo">This silo's means.</param>
    /// <returns>The same object until another coordinator comes.</returns>
    public StepExchange OpenExchange(SiloExchange silo)
    {
        lock (_lock)
        {
            _silo = silo;
            return _exchange ??= silo.Create(job, _fence, replica);
        }
    }

    /// <summary>Prepares a call for the step at which the replica stands.</summary>
    /// <param name="request">The call.</param>
    /// <param name="silo">This silo's means.</param>
    /// <returns>When the replica can compute.</returns>
    public async Task BeginAsync(StepRequest request, SiloExchange silo)
    {
        bool isExtra = _step == request.Step;
        if (!isExtra) Clear();
        (_step, _isExchanged) = (request.Step, request.IsExchanged);
        replica.GradientsReady = null;
        if (!request.IsExchanged) return;
        StepExchange exchange = OpenExchange(silo);
        exchange.Begin(request.Step, request.Plan);
        if (!await exchange.WhenUnusedAsync().EndsWithinAsync(_sendPatience, TimeProvider.System, CancellationToken.None)) replica.LeaveSums();
        replica.GradientsReady = first => exchange.Ready(request.Step, replica.Sums, first, isExtra);
    }

    /// <summary>Keeps what a call has computed until the next step: the silo may have to send it to others, or add it up alone.</summary>
    public void End() => _computed.AddRange(replica.Sums);

    /// <summary>Waits for the sum of the step that was computed.</summary>
    /// <param name="request">The step.</param>
    /// <returns>Whether it is finite, and its norms.</returns>
    public async Task<SumReply> AwaitAsync(SumRequest request)
    {
        if (_step != request.Step) throw new InvalidOperationException($"job '{job}': this silo computes step {_step}, not {request.Step}");
        long start = Stopwatch.GetTimestamp();
        if (_isExchanged)
        {
            (FloatBuffer sum, bool isFinite) = await _exchange!.SumAsync(request.Step);
            return new SumReply(isFinite ? null : replica.Reducer.FindNotFinite(request.Step, sum), await MeasureAsync(request, sum), ReduceMs: 0);
        }

        string? problem = null;
        await pool.RunAsync(() =>
        {
            _alone ??= replica.Reducer.Add(request.Step, replica.Plan.Shards, _computed);
            problem = replica.Reducer.FindNotFinite(request.Step, _alone.Value.Values);
        });
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new SumReply(problem, await MeasureAsync(request, _alone!.Value.Values), milliseconds);
    }

    /// <summary>The sum of a committed step, at which the replica stands.</summary>
    /// <param name="commit">The step.</param>
    /// <param name="silo">This silo's means.</param>
    /// <returns>The sum; what lacks has been fetched from the holder.</returns>
    /// <exception cref="InvalidOperationException">The holder has not got it any longer.</exception>
    public async Task<FloatBuffer> CollectAsync(CommitMessage commit, SiloExchange silo) =>
        _alone is { } alone && alone.Step == commit.Step ? alone.Values : await silo.CollectAsync(OpenExchange(silo), job, _fence, commit);

    /// <summary>Another coordinator comes: what was computed for the one before is computed again.</summary>
    /// <param name="claim">Its claim.</param>
    public void MoveTo(long claim)
    {
        Dispose();
        _fence = claim;
    }

    /// <summary>Ends the exchange.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_exchange is { } exchange) _silo!.CloseAsync(job, _fence, exchange).Ignore();
            _exchange = null;
        }

        Clear();
        _step = -1;
    }

    private void Clear()
    {
        _computed.Clear();
        _alone = null;
    }

    private async Task<float[]?> MeasureAsync(SumRequest request, FloatBuffer sum)
    {
        if (!request.MeasureNorms) return null;
        (_, int stepInEpoch) = replica.Plan.LocateStep(request.Step);
        ReducedGradient gradient = new(request.Step, new StepTotals(replica.Plan.TotalBatchSizeAt(stepInEpoch), 0, 0), sum);
        var norms = new float[2 * _norms.Layers];
        await pool.RunAsync(() => _norms.MeasureGradient(gradient, norms));
        return norms;
    }
}
