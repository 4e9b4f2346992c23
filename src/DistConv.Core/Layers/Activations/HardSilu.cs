using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x · min(max(x + 3, 0), 6) / 6</c>, element by element, also called hard swish (Howard et al. 2019, MobileNetV3).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record HardSiluSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => HardSiluType.Instance;
}

/// <summary>The hard SiLU, or hard swish.</summary>
internal sealed class HardSiluType : PlainActivationType<HardSiluSpec, HardSiluFunction>
{
    private HardSiluType()
        : base(name => new HardSiluSpec(name), "hardSilu", "hardSilu", "hard_silu", "hard_swish")
    {
    }

    public static HardSiluType Instance { get; } = new();
}

/// <summary>x (x + 3) / 6 between −3 and 3, +0 below, x above; its derivative is x/3 + ½ in between, 0 below, 1 above.</summary>
internal readonly struct HardSiluFunction : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec three = TSimd.Broadcast(3f), part = TSimd.Multiply(TSimd.Add(x, three), TSimd.Broadcast(1f / 6));
        TVec between = TSimd.SelectGreater(TSimd.Broadcast(-3f), x, TSimd.Zero, TSimd.Multiply(x, part));
        return TSimd.SelectGreater(x, three, x, between);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec slope = TSimd.MultiplyAdd(kept, TSimd.Broadcast(1f / 3), TSimd.Broadcast(0.5f));
        TVec between = TSimd.SelectGreater(kept, TSimd.Broadcast(-3f), TSimd.Multiply(gradient, slope), TSimd.Zero);
        return TSimd.SelectGreater(kept, TSimd.Broadcast(3f), gradient, between);
    }
}
