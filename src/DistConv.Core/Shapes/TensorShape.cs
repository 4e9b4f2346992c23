namespace DistConv.Core.Shapes;

/// <summary>
/// The shape of one sample between two layers, in NHWC order without the batch: height × width × channels. A flat vector of n values is 1 × 1 × n.
/// </summary>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Channels">Channels, innermost in memory, at least 1.</param>
/// <param name="IsFlat">Whether the sample is a vector (after <c>flatten</c>, <c>dense</c>), written "(n)" instead of "(h, w, c)".</param>
public readonly record struct TensorShape(int Height, int Width, int Channels, bool IsFlat = false)
{
    /// <summary>Number of values of one sample.</summary>
    public int Size => Height * Width * Channels;

    /// <summary>A vector of <paramref name="n"/> values.</summary>
    /// <param name="n">Its length.</param>
    /// <returns>The shape 1 × 1 × n, flat.</returns>
    public static TensorShape Flat(int n) => new(1, 1, n, IsFlat: true);

    /// <inheritdoc/>
    public override string ToString() => IsFlat ? $"({Channels})" : $"({Height}, {Width}, {Channels})";
}
