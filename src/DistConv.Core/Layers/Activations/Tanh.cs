using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary>The hyperbolic tangent, element by element: values from −1 to 1.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record TanhSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => TanhType.Instance;
}

/// <summary>The hyperbolic tangent.</summary>
internal sealed class TanhType : PlainActivationType<TanhSpec, TanhFunction>
{
    private TanhType()
        : base(name => new TanhSpec(name), "tanh", "tanh")
    {
    }

    public static TanhType Instance { get; } = new();
}

/// <summary>tanh x; tanh′ = 1 − y².</summary>
internal readonly struct TanhFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        SimdMath<TSimd, TVec>.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.Multiply(gradient, TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Zero, kept), kept, TSimd.Broadcast(1f)));
}
