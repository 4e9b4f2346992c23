using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>λ x</c> for x &gt; 0, <c>λ α (eˣ − 1)</c> otherwise, element by element (Klambauer et al. 2017).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SeluSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SeluType.Instance;
}

/// <summary>The scaled exponential linear unit.</summary>
internal sealed class SeluType : PlainActivationType<SeluSpec, SeluFunction>
{
    private SeluType()
        : base(name => new SeluSpec(name), "selu", "selu")
    {
    }

    public static SeluType Instance { get; } = new();
}

/// <summary>λ x for x &gt; 0, λ α (eˣ − 1) otherwise; its derivative is λ, or y + λ α.</summary>
internal readonly struct SeluFunction : IActivationFunction
{
    /// <summary>The constants of the paper, as Keras has them.</summary>
    private const float Alpha = 1.67326324235f, Scale = 1.05070098736f;

    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec negative = TSimd.Multiply(TSimd.Broadcast(Scale * Alpha), SimdMath<TSimd, TVec>.Expm1(x));
        return TSimd.SelectGreater(x, TSimd.Zero, TSimd.Multiply(TSimd.Broadcast(Scale), x), negative);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec slope = TSimd.SelectGreater(kept, TSimd.Zero, TSimd.Broadcast(Scale), TSimd.Add(kept, TSimd.Broadcast(Scale * Alpha)));
        return TSimd.Multiply(gradient, slope);
    }
}
