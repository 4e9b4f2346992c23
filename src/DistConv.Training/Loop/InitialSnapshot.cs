using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Training.Loop;

/// <summary>
/// A job that begins with weights from elsewhere: its specification names their digest, and they are its snapshot of step 0, which stands in its folder before
/// the first run. From there every run, on one silo or many, takes them as it takes any snapshot.
/// </summary>
public static class InitialSnapshot
{
    /// <summary>Makes the snapshot.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="data">Its data.</param>
    /// <param name="weights">All weights, in the order of a snapshot; their digest is <see cref="JobSpec.InitialWeights"/>.</param>
    /// <param name="createdAt">The time to note.</param>
    /// <returns>Step 0.</returns>
    /// <exception cref="InvalidInputException">The weights are not the job's, or the data do not fit.</exception>
    public static Snapshot Create(JobSpec spec, DataSource data, ReadOnlySpan<float> weights, DateTimeOffset createdAt)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (Snapshot.DigestOf(weights) != spec.InitialWeights) throw new InvalidInputException(
            $"the initial weights are not those that the job names, {spec.InitialWeights}");
        using ComputePool pool = new(1);
        using Replica replica = new(spec, data, pool, KernelSets.Supported[0]);
        replica.Begin(weights);
        return replica.Capture(new EpochTally().ToRunning(), [], createdAt);
    }

    /// <summary>Puts the snapshot into the job's folder, unless the job has one.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="snapshot">What <see cref="Create"/> made.</param>
    /// <exception cref="InvalidInputException">Another process trains the job, or the snapshot is of another job.</exception>
    public static void Enter(JobFolder folder, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (folder.LatestVerified(out _) is not null) return;
        EnsureBegun(folder, snapshot);
        using JobLock gate = folder.TryAcquireLock()
            ?? throw new InvalidInputException($"job '{folder.Id}' is being trained by another process; wait for it, or stop that one first");
        folder.WriteSnapshot(snapshot, folder.ClaimFence());
    }

    /// <summary>Checks that a job begins with the weights that it names.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="newest">Its newest snapshot, or null.</param>
    /// <exception cref="InvalidInputException">They are not there, or are others.</exception>
    internal static void EnsureBegun(JobFolder folder, Snapshot? newest)
    {
        if (folder.Spec.InitialWeights is not { } digest || newest?.Step > 0) return;
        if (newest is null)
            throw new InvalidInputException(
                $"job '{folder.Id}' begins with weights that are not in its folder: submit the job with its initial weights file once more");
        if (newest.WeightsDigest() is var found && found != digest)
            throw new InvalidInputException($"job '{folder.Id}' begins with the weights {digest}, and its snapshot of step 0 has others, {found}");
    }
}
