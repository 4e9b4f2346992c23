using System.Collections.Concurrent;
using System.Diagnostics;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Training.Loop;

/// <summary>
/// A run of a job from its newest snapshot on: steps, epochs with held-out evaluation and the proof that every sample was used once, snapshots, log and
/// status. The same loop drives <see cref="LocalTrainer"/> and a cluster's coordinator; it computes nothing itself.
/// </summary>
public sealed partial class TrainingLoop : IAsyncDisposable
{
    /// <summary>Time between two statuses, within a slice: nobody looks more often.</summary>
    private static readonly TimeSpan _statusInterval = TimeSpan.FromMilliseconds(50);

    private readonly JobFolder _folder;
    private readonly IStepExecutor _executor;
    private readonly RunOptions _options;
    private readonly TimeProvider _time;
    private readonly ShardPlan _plan;
    private readonly RunClaim _claim;
    private readonly StallWatch _stall;
    private readonly CoordinatorRun? _cluster;
    private readonly RecordWriter _record;
    private readonly ConcurrentQueue<JobEvent> _happened = new();
    private readonly SnapshotWriter _snapshots;
    private readonly EpochTally _tally = new();
    private readonly StepClock _clock = new();
    private readonly List<EpochMetrics> _epochs = [];
    private readonly List<string> _warnings = [];
    private (int Warnings, string? Divergence, IReadOnlyList<string>? Notices, IReadOnlyList<string> All) _told = (0, null, null, []);
    private readonly long _startedAt;
    private long _epochStartedAt;
    private long _snapshotAt;
    private long _snapshotStep = -1;
    private long _statusAt;
    private long _step;
    private bool _open;
    private bool _isSettled;
    private volatile bool _stopRequested;
    private volatile bool _handoverRequested;
    private string? _digest;
    private string? _divergence;
    private double? _guessingLoss;
    private volatile string? _initialSnapshot;
    private volatile string? _finalSnapshot;

    /// <summary>Claims the job for this run.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="executor">The machinery; the caller keeps it.</param>
    /// <param name="options">When to stop and to save.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cluster">The coordinator whose run it is; null: a run that nobody takes over.</param>
    /// <exception cref="InvalidInputException">
    /// The job's specification or the options are not valid, another process runs the job, or its numericsVersion is not this build's.
    /// </exception>
    /// <exception cref="FencedException">Another coordinator was faster to take the job over.</exception>
    public TrainingLoop(JobFolder folder, IStepExecutor executor, RunOptions options, TimeProvider time, CoordinatorRun? cluster = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _folder = folder;
        _executor = executor;
        _options = options;
        _time = time;
        JobSpec spec = folder.Spec;
        InvalidInputException.ThrowIfAny([.. JobSpecCheck.FindProblems(spec), .. options.FindProblems(spec.TotalSteps)]);
        if (spec.NumericsVersion != NumericsVersion.Current)
        {
            throw new InvalidInputException(
                $"job '{folder.Id}' has numericsVersion {spec.NumericsVersion}, this build computes with {NumericsVersion.Current}: "
                + "run it with the build that made it, or start a new job");
        }

        _plan = ShardPlan.Of(spec);
        _cluster = cluster;
        _stall = new StallWatch(cluster?.StallPatience ?? TimeSpan.MaxValue, IsWorking, () => cluster?.Stalled?.Invoke(_step, _executor.Waiting), time);
        RunClaim? claim = null;
        try
        {
            _claim = claim = RunClaim.Take(folder, options, cluster, time, _stall);
            _record = folder.OpenRecord(Fence, spec.Plan().Layers.Count(layer => layer.Tensors.Count > 0));
        }
        catch (Exception e)
        {
            _ = claim?.DisposeAsync().AsTask();
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new InvalidInputException(StoreDisk.Refused(folder.Path, $"job '{folder.Id}'", e).Message, e);
        }

        _totals = new RecordTotals(folder, Fence);
        (_measures, _trace) = (NewMeasures(), new StepTrace(folder.Id));
        _snapshots = new SnapshotWriter(WriteSnapshot);
        _startedAt = _epochStartedAt = _snapshotAt = time.GetTimestamp();
        Status = CurrentStatus(JobState.Running);
    }

    /// <summary>Where the run stands; replaced as a whole, so any thread may read it.</summary>
    public JobStatus Status { get; private set; }

    /// <summary>Whether the job ends early, with the epoch that has just ended.</summary>
    private bool IsOver => EarlyStopping.IsOver(_folder.Spec, _epochs);

    private bool IsAtStop => _step >= _options.StopAt;

    /// <summary>Why the run failed, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the run failed by something that nobody foresaw.</summary>
    public bool FailedInternally =>
        Failure is not (null or InvalidInputException or NonFiniteGradientException or NoWorkerLeftException or FencedException or IOException);

    /// <summary>The run's claim on the job.</summary>
    public long Fence => _claim.Fence;

    /// <summary>Asks for an end at the next step boundary, with a snapshot.</summary>
    public void RequestStop() => _stopRequested = true;

    /// <summary>Asks for an end at the next step boundary, with a snapshot, after which another coordinator goes on with the job.</summary>
    public void RequestHandover() => _handoverRequested = true;

    /// <summary>Looks at once whether the job's folder has a request (it does so twice a second).</summary>
    public void Nudge() => _claim.Nudge();

    /// <summary>Whether a request has been found, which the run meets at the next step boundary.</summary>
    /// <param name="request">The request.</param>
    /// <returns>True if it is the last one that was found.</returns>
    internal bool AsksFor(JobRequest request) => _claim.Request == request;

    /// <summary>Whether an operation whose length nobody knows yet goes on. A store that does not respond to the snapshots does not respond to the claim
    /// either, which lapses then.</summary>
    private bool IsWorking() => _executor.IsComputing || _snapshots is { IsWriting: true };

    /// <summary>Goes on for about so long: whole steps, at least one.</summary>
    /// <param name="slice">How long; steps are not interrupted.</param>
    /// <param name="cancellationToken">Ends the wait for an executor.</param>
    /// <returns>Whether there is more to do; false when the run ended, well or not (see <see cref="Status"/>).</returns>
    public async Task<bool> AdvanceAsync(TimeSpan slice, CancellationToken cancellationToken)
    {
        if (Status.State != JobState.Running) return false;
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _claim.Outbid);
        try
        {
            long sliceStart = _time.GetTimestamp();
            if (!_open && !await OpenAsync(held.Token).ConfigureAwait(false)) return false;
            while (!IsAtEnd())
            {
                _claim.EnsureHeld();
                await StepAsync(held.Token).ConfigureAwait(false);
                bool sliceEnds = _time.GetElapsedTime(sliceStart) >= slice;
                if (sliceEnds || _time.GetElapsedTime(_statusAt) >= _statusInterval) Publish(CurrentStatus(JobState.Running));
                if (sliceEnds && !IsAtEnd()) return true;
            }

            await CloseAsync(held.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e) when (_claim.Outbid.IsCancellationRequested)
        {
            await FailAsync(new FencedException(_folder.Id, Fence, e), cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A failed job ends with its reason in the status, whatever it was; the host logs Failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(e, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="cancellationToken">Ends the wait for an executor.</param>
    /// <returns>The last status.</returns>
    public async Task<JobStatus> RunAsync(CancellationToken cancellationToken)
    {
        while (await AdvanceAsync(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false))
        {
        }

        return Status;
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp(), began = Stopwatch.GetTimestamp();
        RunProgress progress = new(_tally.ToRunning(), _epochs, _rateFraction);
        bool measureNorms = _options.NormsEverySteps > 0 && _step % _options.NormsEverySteps == 0;
        int retried = _executor.RetriedShards;
        _stall.Begin();
        StepOutcome outcome = await _executor.RunStepAsync(_step, progress, measureNorms, cancellationToken).ConfigureAwait(false);
        _stall.End();
        double milliseconds = _time.GetElapsedTime(started).TotalMilliseconds;
        _tally.Add(outcome.Totals, outcome.Coverage);
        _clock.Add(outcome.Totals.Samples, milliseconds, outcome.Timing);
        StepMeasures measures = new(_time.GetUtcNow(), milliseconds, outcome.Timing, _executor.RetriedShards - retried, outcome.Norms);
        Record(_step, outcome.Totals, measures, outcome.LayerHashes.Span);
        Measure(outcome, milliseconds, new PhaseSpan(began, Stopwatch.GetTimestamp()), _executor.RetriedShards - retried);
        _step++;
        RecordEvents();
        await EndStepAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task EndStepAsync(CancellationToken cancellationToken)
    {
        bool epochEnds = _step % _plan.StepsPerEpoch == 0;
        if (epochEnds || _step == _folder.Spec.TotalSteps) await EndEpochAsync(epochEnds, cancellationToken).ConfigureAwait(false);
        if (epochEnds || SnapshotIsDue()) await SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task EndEpochAsync(bool complete, CancellationToken cancellationToken)
    {
        if (complete && !_tally.Coverage.Equals(CoverageProof.Expected(_folder.Spec.EpochSamples)))
        {
            throw new InvalidOperationException($"epoch ending at step {_step} did not use every sample exactly once: {_tally.Coverage}");
        }

        using Activity? activity = Telemetry.Activities.StartActivity("distconv.evaluate");
        EvaluationResult test = await _executor.EvaluateAsync(cancellationToken).ConfigureAwait(false);
        _epochs.Add(new EpochMetrics(
            _plan.LocateStep(_step - 1).Epoch + 1, _step, _tally.Loss, _tally.Accuracy, test.Loss, test.Accuracy,
            _time.GetElapsedTime(_epochStartedAt).TotalSeconds, checked((int)_tally.Coverage.Count), _tally.Coverage.ToString(),
            test.Validation?.Loss, test.Validation?.Accuracy).With(test));
        JudgeEpochs();
        RecordEvaluation(_epochs[^1]);
        _measures.Evaluated(_epochs[^1]);
        if (complete) _tally.Clear();
        _epochStartedAt = _time.GetTimestamp();
    }

    private void Publish(JobStatus status)
    {
        Status = status;
        Measure(status);
        _statusAt = _time.GetTimestamp();
    }

    private bool IsAtEnd() => _step >= _folder.Spec.TotalSteps || IsAtStop || _stopRequested || _handoverRequested || _claim.Request is not null || IsOver;
}
