using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Schedules;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Client.RangeTests;

/// <summary>Hands every call on, and follows the losses of the steps.</summary>
/// <param name="inner">What computes.</param>
/// <param name="spec">The job.</param>
/// <param name="curve">Gets the losses.</param>
/// <param name="stop">Asks the run to end.</param>
internal sealed class RangeExecutor(IStepExecutor inner, JobSpec spec, RateCurve curve, Action stop) : IStepExecutor
{
    private readonly int _stepsPerEpoch = ShardPlan.Of(spec).StepsPerEpoch;

    /// <inheritdoc/>
    public string Kernel => inner.Kernel;

    /// <inheritdoc/>
    public int Threads => inner.Threads;

    /// <inheritdoc/>
    public IReadOnlyList<Training.Jobs.SiloStatus> Silos => inner.Silos;

    /// <inheritdoc/>
    public int RetriedShards => inner.RetriedShards;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notices => inner.Notices;

    /// <inheritdoc/>
    public string Waiting => inner.Waiting;

    /// <inheritdoc/>
    public bool IsComputing => inner.IsComputing;

    /// <inheritdoc/>
    public bool TryTakeNotice(out (JobEventKind Kind, string Line) notice) => inner.TryTakeNotice(out notice);

    /// <inheritdoc/>
    public ValueTask<RunPosition> RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken) => inner.RestoreAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
    {
        try
        {
            StepOutcome outcome = await inner.RunStepAsync(step, progress, measureNorms, cancellationToken);
            curve.Add(Schedule.Rate(spec, step, _stepsPerEpoch), outcome.Totals.LossSum / outcome.Totals.Samples);
            if (curve.HasDiverged) stop();
            return outcome;
        }
        catch (NonFiniteGradientException)
        {
            curve.Diverge();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, CancellationToken cancellationToken) => new((NonFiniteOrigin?)null);

    /// <inheritdoc/>
    public ValueTask<EvaluationResult> EvaluateAsync(CancellationToken cancellationToken) => inner.EvaluateAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Snapshot> CaptureAsync(
        RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        inner.CaptureAsync(running, epochs, createdAt, cancellationToken);
}
