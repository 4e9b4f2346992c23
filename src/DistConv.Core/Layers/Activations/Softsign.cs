using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x / (1 + |x|)</c>, element by element: values from −1 to 1 (Bergstra et al. 2009).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SoftsignSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SoftsignType.Instance;
}

/// <summary>The softsign function.</summary>
internal sealed class SoftsignType : PlainActivationType<SoftsignSpec, SoftsignFunction>
{
    private SoftsignType()
        : base(name => new SoftsignSpec(name), "softsign", "softsign")
    {
    }

    public static SoftsignType Instance { get; } = new();
}

/// <summary>x / (1 + |x|); its derivative is 1 / (1 + |x|)².</summary>
internal readonly struct SoftsignFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.Divide(x, TSimd.Add(TSimd.Broadcast(1f), SimdMath<TSimd, TVec>.Abs(x)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec sum = TSimd.Add(TSimd.Broadcast(1f), SimdMath<TSimd, TVec>.Abs(kept));
        return TSimd.Divide(gradient, TSimd.Multiply(sum, sum));
    }
}
