namespace DistConv.Training.Metrics;

/// <summary>Sums over a job's steps.</summary>
/// <param name="Samples">Training samples.</param>
/// <param name="ExchangedBytes">Bytes that left a process.</param>
/// <param name="RetriedShards">Shards that were computed again.</param>
public readonly record struct JobTotals(long Samples, long ExchangedBytes, long RetriedShards);

/// <summary>
/// What the metrics say about one job that this process coordinates. The job's loop writes it, which allocates nothing; any thread reads it. NaN: not known.
/// </summary>
/// <param name="id">The job's id.</param>
/// <param name="time">The clock.</param>
public sealed class JobMeasures(string id, TimeProvider time)
{
    private readonly long _begunAt = time.GetTimestamp();
    private double _loss = double.NaN, _accuracy = double.NaN, _learningRate = double.NaN;
    private double _testLoss = double.NaN, _testAccuracy = double.NaN, _validationLoss = double.NaN, _validationAccuracy = double.NaN;
    private long _steps, _stepAt, _snapshotTicks;
    private int _silos;

    /// <summary>The job's id.</summary>
    public string Id => id;

    /// <summary>Steps of the whole job.</summary>
    public required long PlannedSteps { get; init; }

    /// <summary>The sums of the job's record; null: not known yet. Asked for only when somebody looks.</summary>
    public required Func<JobTotals?> Totals { get; init; }

    /// <summary>Whether the job has an accuracy (see <see cref="JobFigures"/>); otherwise it stays unknown.</summary>
    public bool HasAccuracy { get; init; } = true;

    /// <summary>Loss of the last step.</summary>
    public double Loss => Volatile.Read(ref _loss);

    /// <summary>Accuracy of the last step.</summary>
    public double Accuracy => Volatile.Read(ref _accuracy);

    /// <summary>Learning rate of the last step.</summary>
    public double LearningRate => Volatile.Read(ref _learningRate);

    /// <summary>Held-out loss.</summary>
    public double TestLoss => Volatile.Read(ref _testLoss);

    /// <summary>Held-out accuracy.</summary>
    public double TestAccuracy => Volatile.Read(ref _testAccuracy);

    /// <summary>Loss on the validation samples.</summary>
    public double ValidationLoss => Volatile.Read(ref _validationLoss);

    /// <summary>Accuracy on the validation samples.</summary>
    public double ValidationAccuracy => Volatile.Read(ref _validationAccuracy);

    /// <summary>Completed steps.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>Silos that compute.</summary>
    public int Silos => Volatile.Read(ref _silos);

    /// <summary>Seconds since the last step, or since the run began.</summary>
    public double StepAgeSeconds
    {
        get
        {
            long at = Volatile.Read(ref _stepAt);
            return time.GetElapsedTime(at == 0 ? _begunAt : at).TotalSeconds;
        }
    }

    /// <summary>Seconds since the last snapshot; clocks of two machines may differ, but nothing is from the future.</summary>
    public double SnapshotAgeSeconds
    {
        get
        {
            long ticks = Volatile.Read(ref _snapshotTicks);
            return ticks == 0 ? double.NaN : TimeSpan.FromTicks(long.Max(0, time.GetUtcNow().UtcTicks - ticks)).TotalSeconds;
        }
    }

    /// <summary>A run stands at a step.</summary>
    /// <param name="steps">Completed steps.</param>
    /// <param name="silos">Silos that compute.</param>
    public void StandAt(long steps, int silos)
    {
        Volatile.Write(ref _steps, steps);
        Volatile.Write(ref _silos, silos);
    }

    /// <summary>A step is done.</summary>
    /// <param name="steps">Completed steps.</param>
    /// <param name="totals">The step's sums.</param>
    /// <param name="learningRate">Its learning rate.</param>
    public void StepDone(long steps, StepTotals totals, double learningRate)
    {
        Volatile.Write(ref _loss, totals.LossSum / totals.Samples);
        if (HasAccuracy) Volatile.Write(ref _accuracy, (double)totals.Correct / totals.Samples);
        Volatile.Write(ref _learningRate, learningRate);
        Volatile.Write(ref _steps, steps);
        Volatile.Write(ref _stepAt, time.GetTimestamp());
    }

    /// <summary>An epoch was evaluated.</summary>
    /// <param name="epoch">What it measured.</param>
    public void Evaluated(EpochMetrics epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        Volatile.Write(ref _testLoss, epoch.TestLoss);
        Volatile.Write(ref _validationLoss, epoch.ValidationLoss ?? double.NaN);
        if (!HasAccuracy) return;
        Volatile.Write(ref _testAccuracy, epoch.TestAccuracy);
        Volatile.Write(ref _validationAccuracy, epoch.ValidationAccuracy ?? double.NaN);
    }

    /// <summary>A snapshot is on the disk.</summary>
    /// <param name="at">Since when.</param>
    public void Saved(DateTimeOffset at) => Volatile.Write(ref _snapshotTicks, at.UtcTicks);
}
