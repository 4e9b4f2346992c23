using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Filters.Comparisons;

/// <summary>What two snapshots have in common and what not.</summary>
/// <param name="Specification">The settings in which their jobs differ.</param>
/// <param name="Tensors">All tensors of both, in the first one's order: weights, then the optimizer's.</param>
public sealed record SnapshotDifference(IReadOnlyList<SpecDifference> Specification, IReadOnlyList<TensorDifference> Tensors)
{
    /// <summary>Whether all weights have the same bits.</summary>
    public bool SameWeights => Weights.All(tensor => tensor.IsEqual);

    /// <summary>The weights, then the layers' state.</summary>
    public IEnumerable<TensorDifference> Weights => Tensors.Where(tensor => tensor.Role is SnapshotTensor.Weight or SnapshotTensor.State);

    /// <summary>The optimizer's state.</summary>
    public IEnumerable<TensorDifference> Slots => Tensors.Where(tensor => tensor.Role == SnapshotTensor.Slot);

    /// <summary>The layer nearest to the input whose weights differ; null if none do.</summary>
    public string? FirstLayer => Weights.FirstOrDefault(tensor => !tensor.IsEqual)?.Name.Split('/')[0];

    /// <summary>Compares two snapshots.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <returns>The difference.</returns>
    public static SnapshotDifference Between(Snapshot first, Snapshot second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Dictionary<string, SnapshotTensor> theirs = second.Tensors.ToDictionary(tensor => tensor.Name);
        HashSet<string> ours = [.. first.Tensors.Select(tensor => tensor.Name)];
        return new SnapshotDifference(
            first.Spec.DifferencesTo(second.Spec),
            [
                .. first.Tensors.Select(tensor => TensorDifference.Between(tensor.Name, tensor, theirs.GetValueOrDefault(tensor.Name))),
                .. second.Tensors.Where(tensor => !ours.Contains(tensor.Name)).Select(tensor => TensorDifference.Between(tensor.Name, null, tensor)),
            ]);
    }
}
