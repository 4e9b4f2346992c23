using DistConv.Core;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Optimizers;
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
        DataChecks.EnsureFits(spec, data);
        return Create(spec, weights, createdAt);
    }

    /// <summary>Makes the snapshot where the job's data is not at hand.</summary>
    /// <param name="spec">The job, checked.</param>
    /// <param name="weights">All weights, in the order of a snapshot; their digest is <see cref="JobSpec.InitialWeights"/>.</param>
    /// <param name="createdAt">The time to note.</param>
    /// <returns>Step 0: the optimizer's slots are zero.</returns>
    /// <exception cref="InvalidInputException">The weights are not the job's.</exception>
    public static Snapshot Create(JobSpec spec, ReadOnlySpan<float> weights, DateTimeOffset createdAt)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using Network network = new(spec.ReadModel(), KernelSets.Supported[0], spec.Seed);
        if (weights.Length != network.TensorLength || Snapshot.DigestOf(weights) != spec.InitialWeights) throw new InvalidInputException(
            $"the initial weights are not those that the job names, {spec.InitialWeights}");
        using FloatBuffer buffer = new(network.TensorLength);
        weights.CopyTo(buffer.Span);
        var optimizer = Optimizer.Create(spec.Optimizer);
        using WeightUpdate update = new(network, new LayerGroups(network, spec, optimizer), buffer, [], clipNorm: null);
        update.Rehash();
        return new Snapshot
        {
            Spec = spec,
            Step = 0,
            NumericsVersion = spec.NumericsVersion,
            CreatedAt = createdAt,
            Running = new EpochTally().ToRunning(),
            Epochs = [],
            OptimizerScalars = optimizer.Scalars,
            LayerHashes = [.. update.Hashes],
            Tensors = Tensors(network, optimizer, weights),
        };
    }

    private static List<SnapshotTensor> Tensors(Network network, Optimizer optimizer, ReadOnlySpan<float> weights)
    {
        List<SnapshotTensor> tensors = [];
        foreach (ParameterTensor tensor in network.Tensors)
        {
            tensors.Add(new SnapshotTensor(
                tensor.Name, Replica.RoleOf(tensor), [.. tensor.Shape], weights.Slice(tensor.Offset, tensor.Length).ToArray()));
        }

        foreach (string slot in optimizer.Slots)
        {
            foreach (ParameterTensor tensor in network.Parameters)
            {
                tensors.Add(new SnapshotTensor(Replica.SlotName(tensor, slot), SnapshotTensor.Slot, [.. tensor.Shape], new float[tensor.Length]));
            }
        }

        return tensors;
    }

    /// <summary>Puts the snapshot into the job's folder, unless the job has one.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="snapshot">What <c>Create</c> made.</param>
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
