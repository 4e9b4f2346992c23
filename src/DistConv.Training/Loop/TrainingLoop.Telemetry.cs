using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;

namespace DistConv.Training.Loop;

/// <content>What the metrics and traces get to know about the run.</content>
public sealed partial class TrainingLoop
{
    private readonly RecordTotals _totals;
    private readonly JobMeasures _measures;
    private readonly StepTrace _trace;
    private string[]? _layerNames;

    private static string FailureReason(Exception e) => e switch
    {
        InvalidInputException => FailureReasons.Input,
        NonFiniteGradientException => FailureReasons.NotFinite,
        NoWorkerLeftException => FailureReasons.NoSilo,
        IOException => FailureReasons.Store,
        _ => FailureReasons.Internal,
    };

    private static void MeasureFailure(Exception e)
    {
        if (e is not FencedException) Telemetry.AddFailure(FailureReason(e)); // One that was taken over goes on elsewhere.
    }

    private JobMeasures NewMeasures() => new(_folder.Id, _time)
    {
        PlannedSteps = _folder.Spec.TotalSteps,
        Totals = _totals.Read,
        HasAccuracy = JobFigures.AccuracyOf(_folder.Spec.Labels) is not null,
    };

    /// <summary>A step is done, and recorded. Allocates nothing, unless somebody listens to what it measured.</summary>
    private void Measure(in StepOutcome outcome, double milliseconds, PhaseSpan span, int retriedShards)
    {
        _measures.StepDone(_step + 1, outcome.Totals, RateOf(_step));
        Telemetry.RecordStep(outcome.Timing, milliseconds);
        Telemetry.ShardRetries.Add(retriedShards);
        _trace.Add(_step, span, outcome.Spans, outcome.Totals);
        if (outcome.Norms.IsEmpty || !Telemetry.AreNormsWanted) return;
        _layerNames ??= [.. _folder.Spec.Plan().Layers.Where(layer => layer.Tensors.Count > 0).Select(layer => layer.Layer.Name)];
        Telemetry.RecordNorms(_layerNames, outcome.Norms.Span);
    }

    /// <summary>There is another status: the last one if the run has ended.</summary>
    private void Measure(JobStatus status)
    {
        _measures.StandAt(status.Step, status.Silos.Count);
        if (status.State != JobState.Running)
            Telemetry.Jobs.Leave(_measures, isFinal: status.State != JobState.Interrupted && Failure is not FencedException);
    }
}
