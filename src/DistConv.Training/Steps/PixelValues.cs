namespace DistConv.Training.Steps;

/// <summary>The network's view of a byte: value / 255f, a division so that the bits are the same everywhere.</summary>
public static class PixelValues
{
    private static readonly float[] _values = CreateTable();

    /// <summary>The value of one byte.</summary>
    /// <param name="pixel">0 … 255.</param>
    /// <returns>0 … 1.</returns>
    public static float Of(byte pixel) => _values[pixel];

    /// <summary>The values of a picture.</summary>
    /// <param name="pixels">Bytes.</param>
    /// <param name="values">As many values or more, overwritten.</param>
    public static void Fill(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        for (int i = 0; i < pixels.Length; i++) values[i] = _values[pixels[i]];
    }

    private static float[] CreateTable()
    {
        var values = new float[256];
        for (int i = 0; i < values.Length; i++) values[i] = i / 255f;
        return values;
    }
}
