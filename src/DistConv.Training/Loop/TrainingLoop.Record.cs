using System.Globalization;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Schedules;

namespace DistConv.Training.Loop;

/// <content>What goes into the job's record.</content>
public sealed partial class TrainingLoop
{
    /// <summary>What the losses of the epochs so far have led to: see <see cref="Plateau"/>.</summary>
    private double _rateFraction = 1;

    private void Record(long step, StepTotals totals, in StepMeasures measures, ReadOnlySpan<ulong> layerHashes)
    {
        _record.Append(step, totals, measures, layerHashes, RateOf(step));
        _totals.Add(step, new JobTotals(totals.Samples, measures.Timing.ExchangedBytes, measures.RetriedShards), _record.IsWritten);
    }

    /// <summary>The learning rate of a step. A step that another coordinator took may be one of an earlier epoch.</summary>
    private float RateOf(long step)
    {
        bool isOfThisEpoch = _epochs.Count == 0 || step >= _epochs[^1].Step;
        double fraction = isOfThisEpoch ? _rateFraction : Plateau.Fraction(_folder.Spec.Schedule, _epochs, step);
        return Schedule.Rate(_folder.Spec, step, _plan.StepsPerEpoch, fraction);
    }

    /// <summary>Notes something for the record. Any thread may; <see cref="RecordEvents"/> writes it.</summary>
    private void Happened(JobEventKind kind, string text, long step, EpochMetrics? epoch = null) =>
        _happened.Enqueue(new JobEvent(step, _time.GetUtcNow(), kind, text, epoch));

    private void RecordEvaluation(EpochMetrics epoch) => Happened(
        JobEventKind.Evaluation,
        string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: test loss {epoch.TestLoss:F4}, accuracy {epoch.TestAccuracy:P2}"),
        epoch.Step,
        epoch);

    private void RecordBeginning(long step)
    {
        if (_cluster?.After is not null) Telemetry.Takeovers.Add(1);
        if (_cluster?.After is not null) Happened(JobEventKind.Takeover, $"silo {_cluster.Silo} took the job over at step {step}", step);
        else if (step == 0) Happened(JobEventKind.Started, $"started; {_folder.Spec.TotalSteps} steps", step);
        else Happened(JobEventKind.Resumed, $"resumed at step {step} of {_folder.Spec.TotalSteps}", step);
    }

    private void RecordEnd(JobState state, string? message)
    {
        (JobEventKind Kind, string Word)? end = state switch
        {
            JobState.Done => (JobEventKind.Done, "done"),
            JobState.Stopped => (JobEventKind.Stopped, "stopped"),
            JobState.Paused => (JobEventKind.Paused, "paused"),
            JobState.Cancelled => (JobEventKind.Cancelled, "cancelled"),
            JobState.Failed => (JobEventKind.Failed, "failed"),
            _ => null, // Another coordinator goes on with it, and says so.
        };
        if (end is not { } known) return;
        string text = $"{known.Word} after step {_step}";
        Happened(known.Kind, message is null ? text : $"{text}: {message}", _step);
    }

    /// <summary>Writes what has happened since the last call. Allocates nothing if that is nothing.</summary>
    private void RecordEvents()
    {
        while (_executor.TryTakeNotice(out (JobEventKind Kind, string Line) notice)) Happened(notice.Kind, notice.Line, _step);
        if (_happened.IsEmpty) return;
        while (_happened.TryDequeue(out JobEvent? happened)) _record.Append(happened);
        _record.Flush();
        _totals.Written();
    }
}
