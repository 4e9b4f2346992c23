using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Grains.Contracts;

/// <summary>A copy of a replica's weights and optimizer state. What a snapshot holds besides, the coordinator knows.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="NumericsVersion">The <see cref="Training.NumericsVersion"/> that made the weights.</param>
/// <param name="OptimizerScalars">See <see cref="SnapshotInfo.OptimizerScalars"/>.</param>
/// <param name="LayerHashes">Hashes of the weights.</param>
/// <param name="Tensors">Weights in layer order, and the optimizer's slots.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.StateMessage")]
public sealed record StateMessage(
    [property: Id(0)] long Step,
    [property: Id(1)] int NumericsVersion,
    [property: Id(2)] Dictionary<string, double> OptimizerScalars,
    [property: Id(3)] ulong[] LayerHashes,
    [property: Id(4)] TensorMessage[] Tensors)
{
    /// <summary>In place of <see cref="Tensors"/> where they are too large for one message: they are read by <see cref="IWorkerService.ReadState"/>.</summary>
    [Id(5)]
    public StateOutline? Outline { get; init; }

    /// <summary>The state in a snapshot.</summary>
    /// <param name="snapshot">A snapshot that nobody changes.</param>
    /// <returns>A message that shares its values.</returns>
    public static StateMessage From(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new StateMessage(
            snapshot.Step,
            snapshot.NumericsVersion,
            new Dictionary<string, double>(snapshot.OptimizerScalars),
            [.. snapshot.LayerHashes],
            [.. snapshot.Tensors.Select(tensor => new TensorMessage(tensor.Name, tensor.Role, tensor.Shape, new FloatBlock(tensor.Values)))]);
    }

    /// <summary>A snapshot of this state.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="running">Sums of the epoch so far.</param>
    /// <param name="epochs">Epochs so far.</param>
    /// <param name="createdAt">The time to note.</param>
    /// <returns>A snapshot that shares the message's values.</returns>
    public Snapshot ToSnapshot(JobSpec spec, RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt) => new()
    {
        Spec = spec,
        Step = Step,
        NumericsVersion = NumericsVersion,
        CreatedAt = createdAt,
        Running = running,
        Epochs = [.. epochs],
        OptimizerScalars = OptimizerScalars,
        LayerHashes = LayerHashes,
        Tensors = [.. Tensors.Select(tensor => new SnapshotTensor(tensor.Name, tensor.Role, tensor.Shape, tensor.Values.Values))],
    };
}

/// <summary>One tensor of a <see cref="StateMessage"/>.</summary>
/// <param name="Name">See <see cref="SnapshotTensor.Name"/>.</param>
/// <param name="Role">See <see cref="SnapshotTensor.Role"/>.</param>
/// <param name="Shape">See <see cref="SnapshotTensor.Shape"/>.</param>
/// <param name="Values">See <see cref="SnapshotTensor.Values"/>.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.TensorMessage")]
public sealed record TensorMessage(
    [property: Id(0)] string Name,
    [property: Id(1)] string Role,
    [property: Id(2)] int[] Shape,
    [property: Id(3)] FloatBlock Values);
