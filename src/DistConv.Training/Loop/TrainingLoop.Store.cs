using System.Diagnostics;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Schedules;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Loop;

/// <content>Snapshots and status.</content>
public sealed partial class TrainingLoop
{
    private bool SnapshotIsDue() => _options.SnapshotEverySteps is { } steps
        ? _step % steps == 0
        : _time.GetElapsedTime(_snapshotAt).TotalSeconds >= _options.SnapshotSeconds;

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        using Activity? activity = Telemetry.Activities.StartActivity("distconv.snapshot");
        _stall.Begin();
        Snapshot snapshot = await _executor.CaptureAsync(_tally.ToRunning(), _epochs, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        RecordEvents();
        _record.Flush(); // A run that resumes here does not repeat the steps before it.
        await EnqueueAsync(snapshot, cancellationToken).ConfigureAwait(false);
        WriteStatus(JobState.Running);
        _stall.End();
    }

    /// <summary>Hands a snapshot to the disk's thread; waits only if the one before is still being written.</summary>
    private async Task EnqueueAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (!_snapshots.TryEnqueue(snapshot))
        {
            await _snapshots.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (!_snapshots.TryEnqueue(snapshot)) throw new InvalidOperationException("the snapshot writer takes nothing although it is empty");
        }

        _snapshotStep = snapshot.Step;
        _snapshotAt = _time.GetTimestamp();
    }

    private void WriteSnapshot(Snapshot snapshot)
    {
        long started = _time.GetTimestamp();
        SnapshotHead head = _folder.WriteSnapshot(snapshot, Fence);
        Telemetry.RecordSnapshot(head.Path, _time.GetElapsedTime(started));
        _measures.Saved(_time.GetUtcNow());
        if (head.Step == 0) _initialSnapshot = head.Path;
        _finalSnapshot = head.Path;
        Happened(JobEventKind.Snapshot, $"snapshot of step {head.Step}", head.Step);
    }

    private void WriteStatus(JobState state, string? message = null) => _folder.WriteStatus(
        new JobStatusRecord
        {
            State = state,
            Step = _step,
            UpdatedAt = _time.GetUtcNow(),
            LastEpoch = _epochs.Count == 0 ? null : _epochs[^1],
            Message = message,
            Silos = _executor.Silos,
            WeightsDigest = state == JobState.Running ? null : _digest,
        },
        Fence);

    /// <summary>The epochs are other ones: what follows from their losses.</summary>
    private void JudgeEpochs()
    {
        _divergence = Divergence.Describe(_folder.Spec, _epochs, _guessingLoss ??= Divergence.GuessingLoss(_folder.Spec));
        _rateFraction = Plateau.Fraction(_folder.Spec.Schedule, _epochs, long.MaxValue);
    }

    /// <summary>What people are told; the same object until there is another line, since the status is made often.</summary>
    private IReadOnlyList<string> Warnings()
    {
        IReadOnlyList<string> notices = _executor.Notices;
        if (_told.Warnings != _warnings.Count || _told.Divergence != _divergence || !ReferenceEquals(_told.Notices, notices))
            _told = (_warnings.Count, _divergence, notices, [.. _warnings, .. notices, .. new[] { _divergence }.OfType<string>()]);
        return _told.All;
    }

    private JobStatus CurrentStatus(JobState state)
    {
        JobSpec spec = _folder.Spec;
        double rate = _clock.SamplesPerSecond;
        return new JobStatus
        {
            Job = _folder.Id,
            State = state,
            Step = _step,
            TotalSteps = spec.TotalSteps,
            Epoch = _plan.LocateStep(long.Min(_step, spec.TotalSteps - 1)).Epoch + 1,
            EpochCount = _plan.LocateStep(spec.TotalSteps - 1).Epoch + 1,
            StepsPerEpoch = _plan.StepsPerEpoch,
            Loss = _tally.Loss,
            Accuracy = _tally.Accuracy,
            LearningRate = RateOf(long.Max(_step - 1, 0)),
            SamplesPerSecond = rate,
            RemainingSeconds = rate > 0 ? (spec.TotalSteps - _step) * (double)spec.GlobalBatch / rate : 0,
            ElapsedSeconds = _time.GetElapsedTime(_startedAt).TotalSeconds,
            Epochs = [.. _epochs],
            Warnings = Warnings(),
            MedianStepMilliseconds = state == JobState.Running ? 0 : _clock.Percentile(0.5),
            P99StepMilliseconds = state == JobState.Running ? 0 : _clock.Percentile(0.99),
            MeanTiming = _clock.MeanTiming,
            ExchangedBytes = _clock.ExchangedBytes,
            RetriedShards = _executor.RetriedShards,
            WeightsDigest = _digest,
            InitialSnapshot = _initialSnapshot,
            FinalSnapshot = _finalSnapshot,
            Silos = _executor.Silos,
            Kernel = _executor.Kernel,
            Threads = _executor.Threads,
        };
    }
}
