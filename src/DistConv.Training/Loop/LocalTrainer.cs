using System.Diagnostics;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Training.Loop;

/// <summary>The control run that every cluster must equal: one replica in this process computes all shards.</summary>
public sealed class LocalTrainer : IStepExecutor, IDisposable
{
    private readonly int[] _shards;
    private readonly ulong[] _hashes;
    private readonly float[] _norms;
    private readonly ComputePool _pool;

    /// <summary>A trainer at step 0.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="data">Its data.</param>
    /// <param name="pool">The threads to compute on; the caller keeps it.</param>
    /// <param name="kernels">The instruction set.</param>
    /// <exception cref="Core.InvalidInputException">The model does not fit the data, or the data are not the job's.</exception>
    public LocalTrainer(JobSpec spec, DataSource data, ComputePool pool, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        Replica = new Replica(spec, data, pool, kernels);
        _pool = pool;
        Kernel = kernels.Name;
        _shards = [.. Enumerable.Range(0, spec.Shards)];
        _hashes = new ulong[Replica.LayerHashes.Count];
        _norms = new float[2 * _hashes.Length];
        Silos = [new SiloStatus("local", Environment.MachineName, Environment.ProcessId, _shards, pool.Threads)];
    }

    /// <summary>The replica.</summary>
    public Replica Replica { get; }

    /// <inheritdoc/>
    public string Kernel { get; }

    /// <inheritdoc/>
    public int Threads => _pool.Threads;

    /// <inheritdoc/>
    public IReadOnlyList<SiloStatus> Silos { get; }

    /// <inheritdoc/>
    public int RetriedShards => 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notices => [];

    /// <inheritdoc/>
    public bool TryTakeNotice(out (JobEventKind Kind, string Line) notice)
    {
        notice = default;
        return false;
    }

    /// <inheritdoc/>
    public string Waiting => "its own threads";

    /// <inheritdoc/>
    public bool IsComputing => Replica.IsComputing;

    /// <summary>One step: compute, reduce, apply. Allocates nothing after the first.</summary>
    /// <param name="measureNorms">Whether to measure the norms of each layer's gradient and weights.</param>
    /// <param name="rateFraction">What the losses of the epochs before have led to: see <see cref="Schedules.Plateau"/>.</param>
    /// <returns>The step's sums.</returns>
    public StepOutcome Step(bool measureNorms = false, double rateFraction = 1)
    {
        for (int i = 0; i < _hashes.Length; i++) _hashes[i] = Replica.LayerHashes[i];
        long started = Stopwatch.GetTimestamp();
        Replica.BeginStep(Replica.Step, _shards);
        Replica.ComputeStep();
        long computed = Stopwatch.GetTimestamp();
        ReducedGradient gradient = Replica.Reducer.Reduce(Replica.Step, _shards.Length, Replica.Sums);
        long reduced = Stopwatch.GetTimestamp();
        if (measureNorms) Replica.MeasureNorms(gradient, _norms);
        long measured = Stopwatch.GetTimestamp();
        Replica.Apply(gradient with { RateFraction = rateFraction });
        long applied = Stopwatch.GetTimestamp();
        var timing = new StepTiming(
            Stopwatch.GetElapsedTime(started, computed).TotalMilliseconds,
            0,
            Stopwatch.GetElapsedTime(computed, reduced).TotalMilliseconds,
            Stopwatch.GetElapsedTime(measured, applied).TotalMilliseconds);
        PhaseSpans spans = new(
            new PhaseSpan(started, computed), new PhaseSpan(computed, computed), new PhaseSpan(computed, reduced), new PhaseSpan(measured, applied));
        return new StepOutcome(gradient.Totals, Replica.StepCoverage, _hashes, timing, measureNorms ? _norms : default, spans);
    }

    /// <inheritdoc/>
    public ValueTask<RunPosition> RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken)
    {
        if (snapshot is not null) Replica.Restore(snapshot);
        return new ValueTask<RunPosition>(RunPosition.Of(snapshot));
    }

    /// <inheritdoc/>
    public ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
    {
        if (step != Replica.Step) throw new InvalidOperationException($"the replica stands at step {Replica.Step}, not at step {step}");
        return new ValueTask<StepOutcome>(Step(measureNorms, progress.RateFraction));
    }

    /// <inheritdoc/>
    public async ValueTask<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, CancellationToken cancellationToken) =>
        await Replica.DiagnoseNonFiniteAsync(step, _shards).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<EvaluationResult> EvaluateAsync(CancellationToken cancellationToken) => await Replica.EvaluateAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<Snapshot> CaptureAsync(
        RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        new(Replica.Capture(running, epochs, createdAt));

    /// <inheritdoc/>
    public void Dispose() => Replica.Dispose();
}
