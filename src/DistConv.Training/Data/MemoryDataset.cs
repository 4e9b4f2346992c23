using DistConv.Core.Shapes;

namespace DistConv.Training.Data;

/// <summary>One split that was read from files, held in memory. Its labels are 0 … ClassCount − 1: checked by who reads them.</summary>
/// <param name="shape">Shape of one image.</param>
/// <param name="pixels">All images, NHWC.</param>
/// <param name="labels">A label for each.</param>
/// <param name="classCount">Number of classes.</param>
public sealed class MemoryDataset(TensorShape shape, byte[] pixels, byte[] labels, int classCount) : IDataset
{
    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <inheritdoc/>
    public TensorShape Shape => shape;

    /// <inheritdoc/>
    public int ClassCount => classCount;

    /// <summary>All images.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>All labels.</summary>
    public ReadOnlySpan<byte> Labels => labels;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        return pixels.AsSpan(index * shape.Size, shape.Size);
    }

    /// <inheritdoc/>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        return labels[index];
    }
}
