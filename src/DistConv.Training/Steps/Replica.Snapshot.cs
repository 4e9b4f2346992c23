using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Steps;

/// <content>State to and from snapshots.</content>
public sealed partial class Replica
{
    /// <summary>Copies weights and optimizer state.</summary>
    /// <param name="running">Sums of the epoch so far.</param>
    /// <param name="epochs">Epochs so far.</param>
    /// <param name="createdAt">The time to note.</param>
    /// <returns>A snapshot of its own memory.</returns>
    public Snapshot Capture(RunningMetrics running, IReadOnlyList<EpochMetrics> epochs, DateTimeOffset createdAt)
    {
        var tensors = new List<SnapshotTensor>();
        foreach (ParameterTensor tensor in Network.Tensors) tensors.Add(Copy(tensor, tensor.Name, RoleOf(tensor), _weights.Span));
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            foreach (ParameterTensor tensor in Network.Parameters)
            {
                tensors.Add(Copy(tensor, SlotName(tensor, slot), SnapshotTensor.Slot, _slots[slot].Span));
            }
        }

        return new Snapshot
        {
            Spec = Spec,
            Step = Step,
            NumericsVersion = Spec.NumericsVersion,
            CreatedAt = createdAt,
            Running = running,
            Epochs = [.. epochs],
            OptimizerScalars = _optimizer.Scalars,
            LayerHashes = [.. LayerHashes],
            Tensors = tensors,
        };
    }

    /// <summary>Begins with other weights than those that the initialisers draw.</summary>
    /// <param name="weights">As many as <see cref="Network.TensorLength"/>, in the order of <see cref="Network.Tensors"/>.</param>
    /// <exception cref="InvalidOperationException">Training has begun.</exception>
    public void Begin(ReadOnlySpan<float> weights)
    {
        EnsureNext(0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, Network.TensorLength, nameof(weights));
        weights.CopyTo(_weights.Span);
        _update.Rehash();
    }

    /// <summary>Takes over the state of a snapshot of the same job.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <exception cref="InvalidInputException">It is of another network or optimizer, or its weights do not have the hash that it names.</exception>
    public void Restore(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Dictionary<string, SnapshotTensor> tensors = snapshot.Tensors.ToDictionary(tensor => $"{tensor.Role}:{tensor.Name}");
        foreach (ParameterTensor tensor in Network.Tensors)
        {
            Take(tensors, tensor, $"{RoleOf(tensor)}:{tensor.Name}", _weights.Span);
            if (tensor.Plan.IsState) continue;
            for (int slot = 0; slot < _slots.Length; slot++)
            {
                Take(tensors, tensor, $"{SnapshotTensor.Slot}:{SlotName(tensor, slot)}", _slots[slot].Span);
            }
        }

        _groups.Restore(snapshot.Step, snapshot.OptimizerScalars);
        Step = snapshot.Step;
        _update.Rehash();
        if (!LayerHashes.SequenceEqual(snapshot.LayerHashes)) throw new InvalidInputException(
            $"the snapshot of step {snapshot.Step} does not have the weights that its log names");
    }

    /// <summary>The role of a tensor in a snapshot.</summary>
    internal static string RoleOf(ParameterTensor tensor) => tensor.Plan.IsState ? SnapshotTensor.State : SnapshotTensor.Weight;

    private static SnapshotTensor Copy(ParameterTensor tensor, string name, string role, ReadOnlySpan<float> values) =>
        new(name, role, [.. tensor.Shape], values.Slice(tensor.Offset, tensor.Length).ToArray());

    private static void Take(Dictionary<string, SnapshotTensor> tensors, ParameterTensor tensor, string key, Span<float> values)
    {
        if (!tensors.TryGetValue(key, out SnapshotTensor? found) || found.Values.Length != tensor.Length)
        {
            throw new InvalidInputException($"the snapshot has no tensor '{key}' of {tensor.Length} values");
        }

        found.Values.Span.CopyTo(values.Slice(tensor.Offset, tensor.Length));
    }

    /// <summary>The name of an optimizer's slot of a tensor in a snapshot.</summary>
    internal static string SlotName(ParameterTensor tensor, string slot) => $"{tensor.Name}/{slot}";

    private string SlotName(ParameterTensor tensor, int slot) => SlotName(tensor, _optimizer.Slots[slot]);
}
