using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>ln(1 + eˣ)</c>, element by element: a ReLU without its corner (Dugas et al. 2001).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SoftplusSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SoftplusType.Instance;
}

/// <summary>The softplus function.</summary>
internal sealed class SoftplusType : PlainActivationType<SoftplusSpec, SoftplusFunction>
{
    private SoftplusType()
        : base(name => new SoftplusSpec(name), "softplus", "softplus")
    {
    }

    public static SoftplusType Instance { get; } = new();
}

/// <summary>ln(1 + eˣ); its derivative is the logistic function of x.</summary>
internal readonly struct SoftplusFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        SimdMath<TSimd, TVec>.Softplus(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.Multiply(gradient, SimdMath<TSimd, TVec>.Sigmoid(kept));
}
