using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x / (1 + e⁻ˣ)</c>, element by element, also called swish (Elfwing et al. 2017; Ramachandran et al. 2017).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SiluSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SiluType.Instance;
}

/// <summary>The SiLU, or swish.</summary>
internal sealed class SiluType : PlainActivationType<SiluSpec, SiluFunction>
{
    private SiluType()
        : base(name => new SiluSpec(name), "silu", "silu", "swish")
    {
    }

    public static SiluType Instance { get; } = new();
}

/// <summary>x σ(x); its derivative is σ (1 + x (1 − σ)).</summary>
internal readonly struct SiluFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.Multiply(x, SimdMath<TSimd, TVec>.Sigmoid(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec one = TSimd.Broadcast(1f), sigmoid = SimdMath<TSimd, TVec>.Sigmoid(kept);
        return TSimd.Multiply(gradient, TSimd.Multiply(sigmoid, TSimd.MultiplyAdd(kept, TSimd.Subtract(one, sigmoid), one)));
    }
}
