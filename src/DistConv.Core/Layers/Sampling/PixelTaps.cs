namespace DistConv.Core.Layers.Sampling;

/// <summary>
/// Where a pixel of an output comes from: up to four pixels of the input with their weights. y = a chain of fused multiply-adds from +0 over the taps, first
/// the upper row, then the lower, each from left to right (docs/numerics.md, rule 14). Taps whose weight is 0 are left out.
/// </summary>
internal unsafe struct PixelTaps
{
    private fixed int _offsets[4];
    private fixed float _weights[4];
    private int _count;

    /// <summary>The taps of a pixel: a weight is the product of a row's and a column's, rounded to float once.</summary>
    /// <param name="row">Its neighbours along the height.</param>
    /// <param name="column">Its neighbours along the width.</param>
    /// <param name="width">Pixels of a row of the input.</param>
    /// <param name="channels">Values of a pixel.</param>
    public PixelTaps(in AxisTaps row, in AxisTaps column, int width, int channels)
    {
        double up = 1 - row.SecondWeight, left = 1 - column.SecondWeight;
        Add(row.First, column.First, up * left, width, channels);
        Add(row.First, column.Second, up * column.SecondWeight, width, channels);
        Add(row.Second, column.First, row.SecondWeight * left, width, channels);
        Add(row.Second, column.Second, row.SecondWeight * column.SecondWeight, width, channels);
    }

    /// <summary>The pixel of the output.</summary>
    /// <param name="image">The input.</param>
    /// <param name="fill">The value of what lies outside.</param>
    /// <param name="channels">Values of a pixel.</param>
    /// <param name="pixel">Overwritten.</param>
    public readonly void Gather(float* image, float fill, int channels, float* pixel)
    {
        for (int c = 0; c < channels; c++)
        {
            float sum = 0f;
            for (int t = 0; t < _count; t++) sum = MathF.FusedMultiplyAdd(_weights[t], _offsets[t] < 0 ? fill : image[_offsets[t] + c], sum);
            pixel[c] = sum;
        }
    }

    /// <summary>Goes on with the chains of the input's gradient: the adjoint of <see cref="Gather"/>.</summary>
    /// <param name="gradPixel">Gradient of the pixel of the output.</param>
    /// <param name="channels">Values of a pixel.</param>
    /// <param name="gradImage">Gradient of the input; accumulated.</param>
    public readonly void Scatter(float* gradPixel, int channels, float* gradImage)
    {
        for (int t = 0; t < _count; t++)
        {
            if (_offsets[t] < 0) continue;
            float* gradient = gradImage + _offsets[t];
            for (int c = 0; c < channels; c++) gradient[c] = MathF.FusedMultiplyAdd(_weights[t], gradPixel[c], gradient[c]);
        }
    }

    private void Add(int row, int column, double weight, int width, int channels)
    {
        float rounded = (float)weight;
        if (rounded == 0f) return;
        _offsets[_count] = row < 0 || column < 0 ? AxisTaps.Outside : ((row * width) + column) * channels;
        _weights[_count++] = rounded;
    }
}
