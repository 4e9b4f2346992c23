using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Activations;

namespace DistConv.Core.Layers.Relu;

/// <summary>
/// min(x, limit) for x &gt; θ, slope · (x − θ) otherwise, which is +0 if the slope is 0; NaN passes through. The derivative is 1 where 0 &lt; y &lt; limit, 0
/// at the limit, and the slope where y ≤ 0.
/// </summary>
internal readonly struct ReluFunction(float limit, float slope, float threshold) : IActivationFunction
{
    /// <summary>The function of a layer.</summary>
    public static ReluFunction Of(ReluSpec layer) =>
        new((float)(layer.MaxValue ?? double.PositiveInfinity), (float)layer.NegativeSlope, (float)layer.Threshold);

    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec theta = TSimd.Broadcast(threshold), highest = TSimd.Broadcast(limit);
        TVec below = slope == 0
            ? TSimd.SelectEqual(x, x, TSimd.Zero, x)
            : TSimd.Multiply(TSimd.Broadcast(slope), TSimd.Subtract(x, theta));
        return TSimd.SelectGreater(x, theta, TSimd.SelectGreater(x, highest, highest, x), below);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec below = slope == 0 ? TSimd.Zero : TSimd.Multiply(TSimd.Broadcast(slope), gradient);
        TVec above = TSimd.SelectGreater(TSimd.Broadcast(limit), kept, gradient, TSimd.Zero);
        return TSimd.SelectGreater(kept, TSimd.Zero, above, below);
    }
}
