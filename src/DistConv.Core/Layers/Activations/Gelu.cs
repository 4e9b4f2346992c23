using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x Φ(x)</c>, element by element, Φ being the normal distribution (Hendrycks and Gimpel 2016).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Approximate">Whether Φ is replaced by ½ (1 + tanh(√(2/π) (x + 0.044715 x³))). Default false.</param>
public sealed record GeluSpec(string Name, bool Approximate = false) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => GeluType.Instance;
}

/// <summary>The Gaussian error linear unit.</summary>
internal sealed class GeluType : ActivationType<GeluSpec, GeluFunction>
{
    private static readonly FlagSetting _approximate = new("approximate", false);

    private GeluType()
        : base("gelu", [], ["gelu"], Bind(_approximate, gelu => gelu.Approximate))
    {
    }

    public static GeluType Instance { get; } = new();

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => new GeluSpec(name);

    protected override GeluSpec Read(string name, SettingReader settings) => new(name, settings.Get(_approximate));

    protected override GeluFunction Function(GeluSpec layer) => new(layer.Approximate);
}

/// <summary>
/// ½ x (1 + erf(x / √2)), or ½ x (1 + tanh u) with u = √(2/π) (x + 0.044715 x³). The derivatives are Φ(x) + x φ(x), φ being the normal density, and
/// ½ (1 + tanh u) + ½ x (1 − tanh² u) √(2/π) (1 + 3 · 0.044715 x²).
/// </summary>
internal readonly struct GeluFunction(bool approximate) : IActivationFunction
{
    private const float InverseRoot2 = 0.70710678118655f, InverseRootTau = 0.39894228040143f, Root2ByPi = 0.79788456080287f, Cubic = 0.044715f;

    /// <inheritdoc/>
    public static bool ReadsOutput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec half = TSimd.Multiply(x, TSimd.Broadcast(0.5f));
        TVec part = approximate
            ? SimdMath<TSimd, TVec>.Tanh(Inner<TSimd, TVec>(x))
            : SimdMath<TSimd, TVec>.Erf(TSimd.Multiply(x, TSimd.Broadcast(InverseRoot2)));
        return TSimd.MultiplyAdd(half, part, half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec half = TSimd.Broadcast(0.5f), one = TSimd.Broadcast(1f), square = TSimd.Multiply(kept, kept);
        if (!approximate)
        {
            TVec density = TSimd.Multiply(TSimd.Broadcast(InverseRootTau), SimdMath<TSimd, TVec>.Exp(TSimd.Multiply(square, TSimd.Broadcast(-0.5f))));
            TVec distribution = TSimd.MultiplyAdd(half, SimdMath<TSimd, TVec>.Erf(TSimd.Multiply(kept, TSimd.Broadcast(InverseRoot2))), half);
            return TSimd.Multiply(gradient, TSimd.MultiplyAdd(kept, density, distribution));
        }

        TVec tanh = SimdMath<TSimd, TVec>.Tanh(Inner<TSimd, TVec>(kept)), slope = TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Zero, tanh), tanh, one);
        TVec inner = TSimd.MultiplyAdd(square, TSimd.Broadcast(3 * Root2ByPi * Cubic), TSimd.Broadcast(Root2ByPi));
        TVec second = TSimd.Multiply(TSimd.Multiply(half, kept), TSimd.Multiply(slope, inner));
        return TSimd.Multiply(gradient, TSimd.Add(TSimd.MultiplyAdd(half, tanh, half), second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Inner<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec factor = TSimd.MultiplyAdd(TSimd.Multiply(x, x), TSimd.Broadcast(Root2ByPi * Cubic), TSimd.Broadcast(Root2ByPi));
        return TSimd.Multiply(x, factor);
    }
}
