namespace DistConv.Images.Decoding;

/// <summary>
/// Resamples a picture that comes row by row, so that memory is that of the target, whatever the size of the source. A row is resampled to 8.8 fixed point,
/// then enters the sums of the target rows that it belongs to.
/// </summary>
/// <param name="horizontal">The filter along a row.</param>
/// <param name="vertical">The filter across rows.</param>
/// <param name="channels">Values of a pixel.</param>
internal sealed class Resampler(TriangleFilter horizontal, TriangleFilter vertical, int channels)
{
    private const int One = 256;

    private readonly long[] _row = new long[horizontal.Target * channels];
    private readonly long[] _sums = new long[vertical.Target * horizontal.Target * channels];
    private int _next;
    private int _firstOpen;

    /// <summary>Takes the next row.</summary>
    /// <param name="pixels">Source width × channels values.</param>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        FilterRow(pixels);
        int y = _next++;
        for (int o = _firstOpen; o < vertical.Target && vertical.First(o) <= y; o++)
        {
            int tap = y - vertical.First(o);
            ReadOnlySpan<long> weights = vertical.Weights(o);
            if (tap >= weights.Length)
            {
                if (o == _firstOpen) _firstOpen++;
                continue;
            }

            long weight = weights[tap];
            Span<long> sums = _sums.AsSpan(o * _row.Length, _row.Length);
            for (int i = 0; i < sums.Length; i++) sums[i] += weight * _row[i];
        }
    }

    /// <summary>The picture, after the last row.</summary>
    /// <param name="target">Where it goes: rows of target width × channels values.</param>
    public void Finish(Span<byte> target)
    {
        for (int o = 0; o < vertical.Target; o++)
        {
            long divisor = One * vertical.Sum(o);
            for (int i = 0; i < _row.Length; i++) target[(o * _row.Length) + i] = (byte)((_sums[(o * _row.Length) + i] + (divisor / 2)) / divisor);
        }
    }

    private void FilterRow(ReadOnlySpan<byte> pixels)
    {
        for (int o = 0; o < horizontal.Target; o++)
        {
            ReadOnlySpan<long> weights = horizontal.Weights(o);
            long sum = horizontal.Sum(o);
            int first = horizontal.First(o) * channels;
            for (int channel = 0; channel < channels; channel++)
            {
                long value = 0;
                for (int tap = 0; tap < weights.Length; tap++) value += weights[tap] * pixels[first + (tap * channels) + channel];
                _row[(o * channels) + channel] = ((value * One) + (sum / 2)) / sum;
            }
        }
    }
}
