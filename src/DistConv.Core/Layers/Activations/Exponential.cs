using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>eˣ</c>, element by element; +0 where it would be denormal.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record ExponentialSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ExponentialType.Instance;
}

/// <summary>The exponential function.</summary>
internal sealed class ExponentialType : PlainActivationType<ExponentialSpec, ExponentialFunction>
{
    private ExponentialType()
        : base(name => new ExponentialSpec(name), "exponential", "exponential")
    {
    }

    public static ExponentialType Instance { get; } = new();
}

/// <summary>eˣ, which is its own derivative.</summary>
internal readonly struct ExponentialFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        SimdMath<TSimd, TVec>.Exp(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.Multiply(gradient, kept);
}
