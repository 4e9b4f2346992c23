namespace DistConv.Images.Decoding;

/// <summary>
/// How one axis of a picture is resampled: by a triangle whose half width is one target pixel when the picture shrinks (antialiased), one source pixel when it
/// grows (bilinear), as Pillow's
/// <c>Image.resize(…, BILINEAR)</c> does.
/// </summary>
/// <remarks>
/// Data sets are fingerprinted over decoded pixels, so the bits must be the same on every machine: everything is exact in integers, and nothing is left to
/// Skia's scaler, which rounds by instruction set. With n source and m target pixels, source i and target o lie d = |(2i + 1) m − (2o + 1) n| / (2m) source
/// pixels apart, and the weight is 2 max(n, m) − 2m d, where that is above zero; a target pixel is the weighted sum divided by the sum of the weights. If n =
/// m, every other weight is zero and the pixels are unchanged.
/// </remarks>
internal sealed class TriangleFilter
{
    private readonly int[] _first;
    private readonly long[][] _weights;
    private readonly long[] _sums;

    /// <summary>The weights of an axis.</summary>
    /// <param name="source">Source pixels, n ≥ 1.</param>
    /// <param name="target">Target pixels, m ≥ 1.</param>
    public TriangleFilter(int source, int target)
    {
        _first = new int[target];
        _weights = new long[target][];
        _sums = new long[target];
        long reach = 2L * int.Max(source, target);
        for (int o = 0; o < target; o++)
        {
            long centre = ((2L * o) + 1) * source;

            // The first and last i with |(2i + 1) m − centre| < reach.
            int lo = (int)long.Max(0, (centre - reach - target) / (2L * target));
            while (Weight(lo) <= 0) lo++;
            int hi = lo;
            while (hi + 1 < source && Weight(hi + 1) > 0) hi++;
            _first[o] = lo;
            _weights[o] = [.. Enumerable.Range(lo, hi - lo + 1).Select(Weight)];
            _sums[o] = _weights[o].Sum();

            long Weight(int i) => reach - long.Abs((((2L * i) + 1) * target) - centre);
        }
    }

    /// <summary>Number of target pixels.</summary>
    public int Target => _first.Length;

    /// <summary>The first source pixel that a target pixel is made of.</summary>
    public int First(int target) => _first[target];

    /// <summary>Its weight and those that follow, all above zero.</summary>
    public ReadOnlySpan<long> Weights(int target) => _weights[target];

    /// <summary>The sum of these weights.</summary>
    public long Sum(int target) => _sums[target];
}
