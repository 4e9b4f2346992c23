namespace DistConv.Core.Layers.Augmentation;

/// <summary>Limits of values, by comparison and selection: a NaN passes (docs/numerics.md, rule 10).</summary>
/// <param name="range">The least and the greatest value.</param>
internal readonly struct ValueLimits(FactorRange range)
{
    private readonly float _low = (float)range.Lower;
    private readonly float _high = (float)range.Upper;

    /// <summary>The value, or the limit that it is beyond.</summary>
    public float Limit(float value) => value < _low ? _low : value > _high ? _high : value;

    /// <summary>The gradient of a value before it was limited: +0 where it is beyond a limit.</summary>
    public float Gradient(float value, float gradient) => value < _low || value > _high ? 0f : gradient;
}
