using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Loop;

/// <content>The beginning of a run.</content>
public sealed partial class TrainingLoop
{
    /// <summary>Time between two looks while the executor prepares.</summary>
    private static readonly TimeSpan _openingInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Brings the executor to the newest snapshot.</summary>
    /// <returns>False if the run was asked to end before that was done, and has ended.</returns>
    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        Telemetry.Jobs.Enter(_measures);
        StoredSnapshot? stored = _folder.LatestVerified(out IReadOnlyList<string> warnings);
        _warnings.AddRange(warnings);
        stored?.Snapshot.EnsureResumable(stored.Head.Path);
        InitialSnapshot.EnsureBegun(_folder, stored?.Snapshot);
        if (await RestoreAsync(stored?.Snapshot, cancellationToken).ConfigureAwait(false) is not { } position)
        {
            EndUnopened(stored?.Snapshot);
            return false;
        }

        RecordBeginning(position.Step);
        if (stored is not null) _measures.Saved(stored.Snapshot.CreatedAt);
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
        return _open = true;
    }

    /// <summary>Has the executor go to a snapshot. A silo may take long to read its data: meanwhile the status says whom the run waits for, and requests are
    /// met.</summary>
    /// <returns>Null if the run was asked to end before that.</returns>
    private async Task<RunPosition?> RestoreAsync(Snapshot? snapshot, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<RunPosition> restored = _executor.RestoreAsync(snapshot, wait.Token).AsTask();
        while (await Task.WhenAny(restored, Task.Delay(_openingInterval, _time, cancellationToken)).ConfigureAwait(false) != restored)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Publish(CurrentStatus(JobState.Running));
            if (!_stopRequested && !_handoverRequested && _claim.Request is null) continue;
            await wait.CancelAsync().ConfigureAwait(false);
            await ((Task)restored).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }

        return await restored.ConfigureAwait(false);
    }

    /// <summary>The run ends where its newest snapshot stands: nothing was computed.</summary>
    private void EndUnopened(Snapshot? snapshot)
    {
        _step = snapshot?.Step ?? 0;
        if (snapshot is not null)
        {
            _epochs.AddRange(EndedEpochs.Of(_folder.Spec, snapshot.Epochs));
            JudgeEpochs();
            _digest = snapshot.WeightsDigest();
        }

        JobState state = EndState();
        RecordEnd(state, message: null);
        RecordEvents();
        WriteStatus(state == JobState.Interrupted ? JobState.Running : state);
        _isSettled = true;
        Publish(CurrentStatus(state));
    }

    /// <summary>Takes over what the replicas know. The coordinator before may have died before it recorded its last steps: those are recorded now, and no
    /// step that the record has is recorded again.</summary>
    private async Task GoToAsync(RunPosition position, CancellationToken cancellationToken)
    {
        _step = position.ProgressStep;
        _tally.Restore(position.Progress.Running);
        _epochs.AddRange(EndedEpochs.Of(_folder.Spec, position.Progress.Epochs));
        JudgeEpochs();
        if (_epochs.Count > 0) _measures.Evaluated(_epochs[^1]);
        long recorded = position.Records.Count == 0 ? -1 : _folder.LastRecordedStep() ?? -1;
        foreach (StepRecord record in position.Records)
        {
            if (record.Step > recorded) Record(record.Step, record.Totals, record.Measures, [.. record.LayerHashes]);
            if (record.Step != _step) continue;
            _tally.Add(record.Totals, record.Coverage.ToProof());
            _step++;
        }

        if (_step != position.Step) throw new InvalidOperationException($"the replicas stand at step {position.Step}, but know of no step {_step}");
        if (position.ProgressStep < _step) await EndStepAsync(cancellationToken).ConfigureAwait(false);
    }
}
