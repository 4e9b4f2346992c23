using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary>The logistic function <c>1 / (1 + e⁻ˣ)</c>, element by element: values from 0 to 1. At the end of a model, of a flat input, they are
/// probabilities.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record SigmoidSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => SigmoidType.Instance;

    /// <inheritdoc/>
    public override OutputKind EndsAs => OutputKind.Sigmoid;
}

/// <summary>The logistic function.</summary>
internal sealed class SigmoidType : PlainActivationType<SigmoidSpec, SigmoidFunction>
{
    private SigmoidType()
        : base(name => new SigmoidSpec(name), "sigmoid", "sigmoid")
    {
    }

    public static SigmoidType Instance { get; } = new();
}

/// <summary>σ(x) = 1 / (1 + e⁻ˣ); σ′ = y − y².</summary>
internal readonly struct SigmoidFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        SimdMath<TSimd, TVec>.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.Multiply(gradient, TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Zero, kept), kept, kept));
}
