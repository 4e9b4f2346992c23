using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Idx;

/// <summary>One split read from a pair of IDX files, held in memory: one channel, labels 0 … ClassCount − 1 (checked by <see cref="IdxSource"/>).</summary>
internal sealed class IdxDataset(IdxImages images, byte[] labels, int classCount) : IDataset
{
    public int Count => images.Count;

    public TensorShape Shape { get; } = new(images.Rows, images.Columns, 1);

    public int ClassCount => classCount;

    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)images.Count, nameof(index));
        int size = images.Rows * images.Columns;
        return images.Pixels.AsSpan(index * size, size);
    }

    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)images.Count, nameof(index));
        return labels[index];
    }
}
