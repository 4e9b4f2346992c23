namespace DistConv.Core.Buffers;

/// <summary>How far apart the rows of a matrix of samples stand.</summary>
public static class RowStride
{
    private const int CacheLine = 16;
    private const int Period = 32 * CacheLine;

    /// <summary>
    /// The size itself, but one cache line more where the rows would fall into the same few sets of a cache: a product reads a dozen rows side by side, and
    /// with 16 KB between them each would push the others out (measured: a dense layer of 4,096 inputs ran at 56 % of the peak instead of 95 %).
    /// </summary>
    /// <param name="size">Values of a row.</param>
    /// <returns>Floats from one row to the next.</returns>
    public static int Of(int size) => size % Period == 0 ? size + CacheLine : size;
}
