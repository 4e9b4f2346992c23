using DistConv.Training.Snapshots;

namespace DistConv.Filters.Imports;

/// <summary>The weights of a snapshot file.</summary>
internal sealed class SnapshotContainer : IWeightContainer
{
    private readonly SnapshotTensor[] _weights;

    private SnapshotContainer(SnapshotTensor[] weights) => _weights = weights;

    /// <inheritdoc/>
    public string? Layout => "keras";

    /// <inheritdoc/>
    public IReadOnlyList<WeightTensor> Tensors => [.. _weights.Select(tensor => new WeightTensor(tensor.Name, tensor.Shape))];

    /// <summary>Opens a file: a snapshot's values are checksummed, so they are read at once.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="Core.InvalidInputException">The file is damaged.</exception>
    public static SnapshotContainer Open(string path) => Of(SnapshotFile.Read(path));

    /// <summary>The weights of a snapshot in memory.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>Its weights and the state of its layers.</returns>
    public static SnapshotContainer Of(Snapshot snapshot) => new([.. snapshot.Tensors.Where(tensor => tensor.IsOfNetwork)]);

    /// <inheritdoc/>
    public void Read(int tensor, Span<float> values) => _weights[tensor].Values.Span.CopyTo(values);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is open.
    }
}
