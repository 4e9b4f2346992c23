using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Schedules;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Client.Running;

/// <summary>Where a job stands that another process trains: put together from its folder, look by look. Nothing is written. Not for several threads.</summary>
internal sealed class StoredProgress : IJobProgress
{
    /// <summary>How long a job may be without a process before it counts as interrupted: one silo's successor needs a moment.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private const int SpeedSteps = 64;

    private readonly JobFolder _folder;
    private readonly TimeProvider _time;
    private readonly ShardPlan _plan;
    private readonly RecordFollower _record;
    private readonly List<EpochMetrics> _epochs = [];
    private readonly Queue<StepEntry> _recent = new();
    private long _fence;
    private long _nextStep;
    private long _epoch = -1;
    private long _tallied;
    private double _lossSum;
    private double _correct;
    private long _samples;
    private long? _unsettledAt;

    /// <summary>Begins to look at a job.</summary>
    public StoredProgress(JobFolder folder, TimeProvider time)
    {
        (_folder, _time, _record) = (folder, time, folder.FollowRecord());
        folder.EnsureCanRun();
        _plan = ShardPlan.Of(folder.Spec);
        AddEpochsOfSnapshot();
    }

    /// <inheritdoc/>
    public string Job => _folder.Id;

    /// <inheritdoc/>
    public JobSpec Specification => _folder.Spec;

    /// <inheritdoc/>
    public ShardPlan Plan => _plan;

    /// <inheritdoc/>
    public int EpochCount => _epochs.Count;

    /// <inheritdoc/>
    public Task<JobLook> LookAsync(CancellationToken cancellation) => Task.FromResult(Look());

    /// <summary>Looks at the folder.</summary>
    public JobLook Look()
    {
        bool held = _folder.IsRunning; // Before the status: a job that ends in between is "done", not "interrupted".
        JobStatusRecord? record = _folder.ReadStatus();
        List<StepEntry> steps = [];
        foreach (RecordEntry entry in _record.ReadNew())
        {
            if (entry.Step is not { } step) continue;
            Take(step, entry.After.Fence);
            steps.Add(step);
        }

        if (record?.LastEpoch is { } last && last.Epoch > LastEpoch) AddEpoch(last);
        JobState state = Settle(record?.State ?? JobState.Queued, held);
        JobSpec spec = _folder.Spec;
        bool ended = state is not (JobState.Running or JobState.Queued);
        long at = ended ? record?.Step ?? 0 : Math.Max(record?.Step ?? 0, _nextStep);
        double milliseconds = _recent.Sum(step => step.Milliseconds);
        double rate = milliseconds > 0 ? _recent.Sum(step => (double)step.Samples) / milliseconds * 1000 : 0;
        return new JobLook(new JobStatus
        {
            Job = _folder.Id,
            State = state,
            Step = at,
            TotalSteps = spec.TotalSteps,
            Epoch = _plan.LocateStep(long.Min(at, spec.TotalSteps - 1)).Epoch + 1,
            EpochCount = _plan.LocateStep(spec.TotalSteps - 1).Epoch + 1,
            StepsPerEpoch = _plan.StepsPerEpoch,
            Loss = _samples > 0 ? _lossSum / _samples : double.NaN,
            Accuracy = _samples > 0 ? _correct / _samples : double.NaN,
            LearningRate = Schedule.Rate(spec, long.Max(at - 1, 0), _plan.StepsPerEpoch, _epochs),
            SamplesPerSecond = rate,
            RemainingSeconds = rate > 0 ? (spec.TotalSteps - at) * (double)spec.GlobalBatch / rate : 0,
            Epochs = [.. _epochs],
            Message = record?.Message,
            Silos = record?.Silos ?? [],
            WeightsDigest = ended ? record?.WeightsDigest : null,
        }, steps);
    }

    private int LastEpoch => _epochs is [.., var last] ? last.Epoch : 0;

    private void Take(StepEntry step, long fence)
    {
        if (fence > _fence)
        {
            _fence = fence; // Another process went on, perhaps some steps before where the last one was.
            _recent.Clear();
        }

        _recent.Enqueue(step);
        if (_recent.Count > SpeedSteps) _recent.Dequeue();
        long epoch = step.Step / _plan.StepsPerEpoch;
        _nextStep = step.Step + 1;
        if (epoch != _epoch) (_epoch, _tallied, _lossSum, _correct, _samples) = (epoch, 0, 0, 0, 0);
        if (step.Step < _tallied) return; // Computed again, with the same bits.
        _tallied = _nextStep;
        _lossSum += step.Loss * step.Samples;
        _correct += step.Accuracy * step.Samples;
        _samples += step.Samples;
    }

    /// <summary>What the record and the lock together mean. They change one after the other, so a contradiction counts only when it lasts.</summary>
    private JobState Settle(JobState recorded, bool held)
    {
        bool consistent = recorded switch
        {
            JobState.Done => true, // For good, whoever still holds the lock.
            JobState.Queued => !held,
            JobState.Running => held,
            JobState.Stopped or JobState.Interrupted or JobState.Paused or JobState.Cancelled or JobState.Failed => !held, // If held, about to go on.
            _ => throw new InvalidOperationException($"job '{Job}' has the unknown state {recorded}"),
        };
        if (consistent)
        {
            _unsettledAt = null;
            return recorded;
        }

        _unsettledAt ??= _time.GetTimestamp();
        bool lasts = _time.GetElapsedTime(_unsettledAt.Value) >= Grace;
        return recorded == JobState.Running ? lasts ? JobState.Interrupted : JobState.Running
            : recorded == JobState.Queued || !lasts ? JobState.Running : recorded;
    }

    private void AddEpoch(EpochMetrics last)
    {
        if (last.Epoch > LastEpoch + 1) AddEpochsOfSnapshot(); // Short epochs: some ended between two looks.
        if (last.Epoch > LastEpoch) _epochs.Add(last);
    }

    private void AddEpochsOfSnapshot()
    {
        int last = LastEpoch;
        _epochs.AddRange(_folder.LatestEpochs().Where(epoch => epoch.Epoch > last));
    }
}
