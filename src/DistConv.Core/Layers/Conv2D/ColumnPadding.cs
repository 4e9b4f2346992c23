using System.Runtime.CompilerServices;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>A copy of an image with columns of +0 beside it, so that a tile may read taps that do not exist.</summary>
internal static unsafe class ColumnPadding
{
    /// <summary>Copies row by row.</summary>
    /// <param name="source">rows × rowLength.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="rowLength">Floats of a source row.</param>
    /// <param name="left">Floats of +0 before each row.</param>
    /// <param name="padded">rows × paddedRowLength, overwritten.</param>
    /// <param name="paddedRowLength">Floats of a padded row, at least left + rowLength.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, int rows, int rowLength, int left, float* padded, int paddedRowLength)
    {
        for (int row = 0; row < rows; row++)
        {
            var target = new Span<float>(padded + ((long)row * paddedRowLength), paddedRowLength);
            target[..left].Clear();
            new ReadOnlySpan<float>(source + ((long)row * rowLength), rowLength).CopyTo(target[left..]);
            target[(left + rowLength)..].Clear();
        }
    }
}
