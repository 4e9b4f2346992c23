using DistConv.Core;
using DistConv.Training.Specification;

namespace DistConv.Training.Shards;

/// <summary>
/// How samples and batches are divided over the logical shards of a job. The division depends on the job only, never on silos or threads.
/// </summary>
/// <remarks>
/// With V shards, global batch B, N samples and c_v = ⌊vB/V⌋: shard v takes m_v = c_{v+1} − c_v samples of a step and owns
/// n_v = ⌊N c_{v+1}/B⌋ − ⌊N c_v/B⌋ consecutive samples of the seed's permutation. An epoch has max_v ⌈n_v/m_v⌉ steps; a shard that has run out is absent, so
/// the last steps of an epoch may be smaller. Every sample is used exactly once an epoch. If B exceeds N, an epoch is one step, and a shard may own nothing.
/// </remarks>
public sealed class ShardPlan
{
    /// <summary>Divides samples and batches over shards.</summary>
    /// <param name="samples">N, number of training samples, at least 1.</param>
    /// <param name="globalBatch">B, samples of one step over all shards, at least <paramref name="shards"/>.</param>
    /// <param name="shards">V, number of logical shards, from 1 to the smaller of samples and batch.</param>
    /// <exception cref="InvalidInputException">Numbers are out of range; all of them are named.</exception>
    public ShardPlan(int samples, int globalBatch, int shards)
    {
        InvalidInputException.ThrowIfAny(JobSpecCheck.FindSizeProblems(samples, globalBatch, shards));
        Samples = samples;
        GlobalBatch = globalBatch;
        Shards = shards;
        for (int shard = 0; shard < shards; shard++)
        {
            int steps = (int)(((long)SampleCount(shard) + BatchSize(shard) - 1) / BatchSize(shard));
            if (steps > StepsPerEpoch)
                StepsPerEpoch = steps;
        }
    }

    /// <summary>The division that a job has.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>Its plan.</returns>
    /// <exception cref="InvalidInputException">Numbers are out of range; all of them are named.</exception>
    public static ShardPlan Of(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new ShardPlan(spec.EpochSamples, spec.GlobalBatch, spec.Shards);
    }

    /// <summary>N, number of training samples; with oversampling that of an epoch.</summary>
    public int Samples { get; }

    /// <summary>B, samples of a full step over all shards.</summary>
    public int GlobalBatch { get; }

    /// <summary>V, number of logical shards.</summary>
    public int Shards { get; }

    /// <summary>Steps of an epoch: max_v ⌈n_v/m_v⌉.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>c_v = ⌊vB/V⌋, where shard v's samples begin in a full batch.</summary>
    /// <param name="shard">v, 0 to V (V gives B).</param>
    /// <returns>A position in [0, B].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The shard is not in [0, V].</exception>
    public int BatchStart(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shard, Shards);
        return (int)((long)shard * GlobalBatch / Shards);
    }

    /// <summary>m_v = c_{v+1} − c_v, the samples that shard v takes in a full step; at least 1.</summary>
    /// <param name="shard">v, 0 to V − 1.</param>
    /// <returns>Number of samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The shard is not in [0, V).</exception>
    public int BatchSize(int shard) => BatchStart(checked(shard + 1)) - BatchStart(shard);

    /// <summary>⌊N c_v/B⌋, the position in the seed's permutation where shard v's samples begin.</summary>
    /// <param name="shard">v, 0 to V (V gives N).</param>
    /// <returns>A position in [0, N].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The shard is not in [0, V].</exception>
    public int SampleStart(int shard) => (int)((long)Samples * BatchStart(shard) / GlobalBatch);

    /// <summary>n_v, the samples that shard v owns.</summary>
    /// <param name="shard">v, 0 to V − 1.</param>
    /// <returns>Number of samples; 0 only where the batch is larger than the data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The shard is not in [0, V).</exception>
    public int SampleCount(int shard) => SampleStart(checked(shard + 1)) - SampleStart(shard);

    /// <summary>Samples that shard v takes in a step of an epoch: m_v, fewer at its end, then 0 (the shard is absent).</summary>
    /// <param name="shard">v, 0 to V − 1.</param>
    /// <param name="stepInEpoch">0 to <see cref="StepsPerEpoch"/> − 1.</param>
    /// <returns>Number of samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The shard or the step is out of range.</exception>
    public int BatchSizeAt(int shard, int stepInEpoch)
    {
        CheckStepInEpoch(stepInEpoch);
        int size = BatchSize(shard);
        long remaining = SampleCount(shard) - (long)stepInEpoch * size;
        return remaining <= 0 ? 0 : remaining < size ? (int)remaining : size;
    }

    /// <summary>Samples of a step over all shards: what sums are divided by.</summary>
    /// <param name="stepInEpoch">0 to <see cref="StepsPerEpoch"/> − 1.</param>
    /// <returns>Number of samples, at least 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is out of range.</exception>
    public int TotalBatchSizeAt(int stepInEpoch)
    {
        int total = 0;
        for (int shard = 0; shard < Shards; shard++)
            total += BatchSizeAt(shard, stepInEpoch);
        return total;
    }

    /// <summary>Which epoch a step of the job belongs to.</summary>
    /// <param name="step">Step of the job, counted from 0 (so also: the number of steps done before it).</param>
    /// <returns>The epoch and the step within it, both counted from 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative, or its epoch exceeds an int.</exception>
    public (int Epoch, int StepInEpoch) LocateStep(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        (long epoch, long stepInEpoch) = Math.DivRem(step, StepsPerEpoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, int.MaxValue, nameof(step));
        return ((int)epoch, (int)stepInEpoch);
    }

    /// <summary>Throws unless a step lies in an epoch.</summary>
    internal void CheckStepInEpoch(int stepInEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepInEpoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stepInEpoch, StepsPerEpoch);
    }
}
