using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.Affine;

/// <summary>A number for each channel, repeated so often that whole vectors of any kernel set fit: value i of an image has number i mod
/// <see cref="Length"/>.</summary>
internal sealed unsafe class ChannelPattern : IDisposable
{
    /// <summary>Floats of the widest vector.</summary>
    private const int Lanes = 16;

    private readonly FloatBuffer _values;

    /// <summary>Repeats the numbers.</summary>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="value">The number of a channel.</param>
    public ChannelPattern(int channels, Func<int, float> value)
    {
        Length = Floats(channels);
        _values = new FloatBuffer(Length);
        for (int i = 0; i < Length; i++) _values.Pointer[i] = value(i % channels);
    }

    /// <summary>Takes other numbers, one for each channel.</summary>
    public void Fill(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < Length; i++) _values.Pointer[i] = values[i % values.Length];
    }

    /// <summary>Numbers until they begin again.</summary>
    public int Length { get; }

    /// <summary>The numbers.</summary>
    public float* Pointer => _values.Pointer;

    /// <summary>Memory of a pattern.</summary>
    public static int Floats(int channels) => channels * Lanes;

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();
}
