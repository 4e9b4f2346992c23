using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Stored;

/// <summary>One split whose pictures stay in a file: labels are in memory, and a bounded window of pictures that are read ahead.</summary>
public sealed class StoredDataset : IDataset
{
    /// <summary>More pictures than several steps use are no help.</summary>
    private const int MaxAhead = 4_096;

    private const long MaxAheadBytes = 256 << 20;

    /// <summary>Where a thread finds the picture that it asked for.</summary>
    [ThreadStatic]
    private static byte[]? _pixels;

    private readonly StoredPictures _pictures;
    private readonly SampleLabels _labels;
    private readonly ReadAheadWindow _window;

    /// <summary>A split.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="labels">A label for each.</param>
    /// <param name="windowBytes">The most bytes of pictures that are read ahead; 0: none are.</param>
    public StoredDataset(StoredPictures pictures, SampleLabels labels, long windowBytes)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != pictures.Count) throw new ArgumentException($"{labels.Count} labels for {pictures.Count} pictures", nameof(labels));
        (_pictures, _labels) = (pictures, labels);
        long ahead = long.Min(windowBytes, MaxAheadBytes) / pictures.Shape.Size;
        _window = new ReadAheadWindow(pictures, (int)long.Min(ahead, MaxAhead));
    }

    /// <inheritdoc/>
    public int Count => _labels.Count;

    /// <inheritdoc/>
    public TensorShape Shape => _pictures.Shape;

    /// <inheritdoc/>
    public LabelKind Labels => _labels.Kind;

    /// <inheritdoc/>
    public int TargetCount => _labels.TargetCount;

    /// <inheritdoc/>
    public int ClassCount => _labels.ClassCount;

    /// <inheritdoc/>
    public int ReadAhead => _window.Capacity;

    /// <summary>How many pictures are in memory.</summary>
    internal int Held => _window.Held;

    /// <inheritdoc/>
    public void Announce(ReadOnlySpan<int> samples) => _window.Announce(samples);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int size = Shape.Size;
        if (_pixels is null || _pixels.Length < size) _pixels = GC.AllocateUninitializedArray<byte>(size);
        Span<byte> pixels = _pixels.AsSpan(0, size);
        if (!_window.TryTake(index, pixels)) _pictures.Read(index, pixels);
        return pixels;
    }

    /// <inheritdoc/>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _labels.Classes[index];
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Targets(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _labels.Targets.AsSpan(index * TargetCount, TargetCount);
    }
}
