namespace DistConv.Training.Steps;

/// <summary>The network's view of a byte: value / 255f, a division so that the bits are the same everywhere.</summary>
internal static class PixelValues
{
    private static readonly float[] _values = CreateTable();

    public static float Of(byte pixel) => _values[pixel];

    private static float[] CreateTable()
    {
        var values = new float[256];
        for (int i = 0; i < values.Length; i++) values[i] = i / 255f;
        return values;
    }
}
