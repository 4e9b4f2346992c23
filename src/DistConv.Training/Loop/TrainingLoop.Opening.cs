using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Training.Loop;

/// <content>The beginning of a run.</content>
public sealed partial class TrainingLoop
{
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        StoredSnapshot? stored = _folder.LatestVerified(out IReadOnlyList<string> warnings);
        _warnings.AddRange(warnings);
        stored?.Snapshot.EnsureResumable(stored.Head.Path);
        InitialSnapshot.EnsureBegun(_folder, stored?.Snapshot);
        RunPosition position = await _executor.RestoreAsync(stored?.Snapshot, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<SnapshotHead> heads = _folder.Snapshots();
        _initialSnapshot = heads.FirstOrDefault(head => head.Step == 0).Path;
        _finalSnapshot = stored?.Head.Path;
        _snapshotStep = stored?.Snapshot.Step ?? -1;
        if (stored is null)
        {
            // On the disk before the first step: whoever goes on finds a snapshot.
            await SaveAsync(cancellationToken).ConfigureAwait(false);
            await _snapshots.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _epochStartedAt = _time.GetTimestamp();
        await GoToAsync(position, cancellationToken).ConfigureAwait(false);
        WriteStatus(JobState.Running);
        _open = true;
    }

    /// <summary>Takes over what the replicas know. The last second of the log may be lost with the process that kept it, so their steps are logged once more.</summary>
    private async Task GoToAsync(RunPosition position, CancellationToken cancellationToken)
    {
        _step = position.ProgressStep;
        _tally.Restore(position.Progress.Running);
        _epochs.AddRange(EndedEpochs.Of(_folder.Spec, position.Progress.Epochs));
        JudgeEpochs();
        foreach (StepRecord record in position.Records)
        {
            Log(record.Step, record.Totals, record.Milliseconds, [.. record.LayerHashes]);
            if (record.Step != _step) continue;
            _tally.Add(record.Totals, record.Coverage.ToProof());
            _step++;
        }

        if (_step != position.Step) throw new InvalidOperationException($"the replicas stand at step {position.Step}, but know of no step {_step}");
        if (position.ProgressStep < _step) await EndStepAsync(cancellationToken).ConfigureAwait(false);
    }
}
