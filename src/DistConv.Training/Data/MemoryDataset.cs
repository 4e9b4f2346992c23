using DistConv.Core.Shapes;

namespace DistConv.Training.Data;

/// <summary>One split that was read from files, held in memory. Its labels are 0 … ClassCount − 1: checked by who reads them.</summary>
/// <param name="shape">Shape of one image.</param>
/// <param name="pixels">All images, NHWC.</param>
/// <param name="labels">A label for each.</param>
/// <param name="classCount">Number of classes.</param>
public sealed class MemoryDataset(TensorShape shape, byte[] pixels, byte[] labels, int classCount) : IDataset
{
    private readonly float[] _targets = [];

    /// <summary>A split whose samples have targets instead of a class.</summary>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="pixels">All images, NHWC.</param>
    /// <param name="kind">Several labels or numbers.</param>
    /// <param name="targets">The targets of all samples, sample by sample; finite.</param>
    /// <param name="targetCount">Targets of a sample, at least 1.</param>
    public MemoryDataset(TensorShape shape, byte[] pixels, LabelKind kind, float[] targets, int targetCount)
        : this(shape, pixels, new byte[targets.Length / targetCount], kind == LabelKind.Several ? targetCount : 0) =>
        (_targets, Labels, TargetCount) = (targets, kind, targetCount);

    /// <inheritdoc/>
    public LabelKind Labels { get; }

    /// <inheritdoc/>
    public int TargetCount { get; }

    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <inheritdoc/>
    public TensorShape Shape => shape;

    /// <inheritdoc/>
    public int ClassCount => classCount;

    /// <summary>All images.</summary>
    public ReadOnlySpan<byte> Pixels => pixels;

    /// <summary>All labels.</summary>
    public ReadOnlySpan<byte> ClassLabels => labels;

    /// <summary>All targets, sample by sample.</summary>
    public ReadOnlySpan<float> AllTargets => _targets;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        return pixels.AsSpan(index * shape.Size, shape.Size);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Targets(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        return _targets.AsSpan(index * TargetCount, TargetCount);
    }

    /// <inheritdoc/>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)labels.Length, nameof(index));
        return labels[index];
    }
}
