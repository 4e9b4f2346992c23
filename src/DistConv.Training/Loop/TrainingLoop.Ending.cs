using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Training.Loop;

/// <content>The ends of a run.</content>
public sealed partial class TrainingLoop
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _snapshots.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsTold(e))
        {
            // A successor writes the snapshots that this run could not.
        }
        finally
        {
            Telemetry.Jobs.Leave(_measures, isFinal: false);
            await using (_claim.ConfigureAwait(false))
            {
                CloseRecord();
                if (_isSettled) await _claim.ReleaseAsync().ConfigureAwait(false);
            }
        }
    }

    private void CloseRecord()
    {
        try
        {
            _record.Dispose();
        }
        catch (IOException e) when (IsTold(e))
        {
            // The steps that are not in the record are computed again.
        }
    }

    /// <summary>Whether what a writer throws at the end adds nothing to how the run ended: another has taken over, or it failed and has said why.</summary>
    private bool IsTold(Exception e) => e is FencedException || (e is IOException && Status.State == JobState.Failed);

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        Snapshot last = await _executor.CaptureAsync(_tally.ToRunning(), _epochs, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (_snapshotStep != _step) await EnqueueAsync(last, cancellationToken).ConfigureAwait(false);
        await _snapshots.FlushAsync(cancellationToken).ConfigureAwait(false);
        _digest = last.WeightsDigest();
        JobState state = EndState();
        string[] notes = [.. new[] { EarlyStopping.Reason(_folder.Spec, _epochs), _divergence }.OfType<string>()];
        string? message = notes.Length == 0 ? null : string.Join(". ", notes);
        RecordEnd(state, message);
        RecordEvents();
        _record.Flush(durable: true);
        WriteStatus(state == JobState.Interrupted ? JobState.Running : state, message);
        _isSettled = true;
        Publish(CurrentStatus(state));
    }

    /// <summary>Why the run ends; interrupted: another coordinator goes on with the job, so the store calls it running.</summary>
    private JobState EndState()
    {
        if (IsOver) return JobState.Done;
        if (_step >= _folder.Spec.TotalSteps) return _folder.IsOutgrown ? JobState.Stopped : JobState.Done;
        if (_claim.Request is { } request) return request == JobRequest.Pause ? JobState.Paused : JobState.Cancelled;
        return _handoverRequested && !_stopRequested && !IsAtStop ? JobState.Interrupted : JobState.Stopped;
    }

    private async Task FailAsync(Exception e, CancellationToken cancellationToken)
    {
        if (e is NonFiniteGradientException { Origin: null }) e = await DiagnoseNonFiniteAsync(e, cancellationToken).ConfigureAwait(false);
        Failure = e;
        MeasureFailure(e);
        string message = FailedInternally ? $"internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}" : e.Message;
        try
        {
            // Nothing of the bad step was applied: the weights before it are worth a look, unless it was them that overflowed.
            bool isLastGood = e is NonFiniteGradientException { Origin: not { Part: NonFinitePart.Weights } };
            if (isLastGood && _snapshotStep != _step) await SaveAsync(cancellationToken).ConfigureAwait(false);
            if (e is NonFiniteGradientException) await _snapshots.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (e is not FencedException) WriteStatus(JobState.Failed, message);
            RecordEnd(JobState.Failed, message);
            if (e is not FencedException) RecordEvents();
            _isSettled = e is not FencedException;
        }
#pragma warning disable CA1031 // The first failure is the job's; whatever the second was, it is told beside it.
        catch (Exception second)
#pragma warning restore CA1031
        {
            message = $"{message} (and the job's last state could not be written: {second.Message.ReplaceLineEndings(" ")})";
        }

        Publish(CurrentStatus(JobState.Failed) with { Message = message });
    }

    /// <summary>The same failure with the name of what caused it, if that is found.</summary>
    private async Task<Exception> DiagnoseNonFiniteAsync(Exception e, CancellationToken cancellationToken)
    {
        try
        {
            NonFiniteOrigin? origin = await _executor.DiagnoseNonFiniteAsync(_step, cancellationToken).ConfigureAwait(false);
            return origin is null ? e : new NonFiniteGradientException(origin, e);
        }
#pragma warning disable CA1031 // The first failure is the job's; that its cause was not found is told beside it.
        catch (Exception second)
#pragma warning restore CA1031
        {
            return new NonFiniteGradientException($"{e.Message} (the search for the sample failed: {second.Message.ReplaceLineEndings(" ")})", e);
        }
    }
}
