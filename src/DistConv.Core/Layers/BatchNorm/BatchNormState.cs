namespace DistConv.Core.Layers.BatchNorm;

/// <summary>
/// What batch normalisation keeps of a row, in memory for floats: first two doubles a channel, the row's own sums; then, in a shard's first row only, the
/// shard's two sums, the number of values that they are over, and the five factors a channel with which its rows go forward and back.
/// </summary>
/// <param name="state">Its first float; aligned for doubles.</param>
/// <param name="channels">Number of channels, C.</param>
internal readonly unsafe struct BatchNormState(float* state, int channels)
{
    /// <summary>Floats that a double takes.</summary>
    private const int Double = 2;

    /// <summary>Floats of a row, rounded up so that each row's doubles are aligned.</summary>
    public static int Length(int channels) => (((((4 * Double) + 5) * channels) + 1) / 2 * 2) + Double;

    /// <summary>Of the row, forward: Σ x and then Σ x²; backward: Σ g and then Σ g x. C doubles each.</summary>
    public double* RowSums => (double*)state;

    /// <summary>Of the shard: S1 = Σ x and then S2 = Σ x². C doubles each.</summary>
    public double* Moments => (double*)(state + (2 * Double * channels));

    /// <summary>Values of a channel in the shard: its samples × height × width.</summary>
    public double* Count => Moments + (2 * channels);

    /// <summary>a: y = fma(a, x, b).</summary>
    public float* Scale => (float*)(Count + 1);

    /// <summary>b.</summary>
    public float* Shift => Scale + channels;

    /// <summary>A: ∂L/∂x = fma(A, g, fma(B, x, C)).</summary>
    public float* OfGradient => Shift + channels;

    /// <summary>B.</summary>
    public float* OfInput => OfGradient + channels;

    /// <summary>C.</summary>
    public float* Constant => OfInput + channels;
}
