using DistConv.Core.Shapes;
using DistConv.Training.Data;

namespace DistConv.Client.Planning;

/// <summary>Samples under the class numbers of a network that was trained on other data.</summary>
/// <param name="samples">The samples, which have a class.</param>
/// <param name="labels">The network's class of each of theirs; null: the same.</param>
/// <param name="classCount">How many classes the network has.</param>
internal sealed class RelabelledDataset(IDataset samples, int[]? labels, int classCount) : IDataset
{
    /// <inheritdoc/>
    public int Count => samples.Count;

    /// <inheritdoc/>
    public TensorShape Shape => samples.Shape;

    /// <inheritdoc/>
    public int ClassCount => classCount;

    /// <inheritdoc/>
    public int ReadAhead => samples.ReadAhead;

    /// <inheritdoc/>
    public void Announce(ReadOnlySpan<int> announced) => samples.Announce(announced);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => samples.Image(index);

    /// <inheritdoc/>
    public int Label(int index) => labels is null ? samples.Label(index) : labels[samples.Label(index)];
}
