using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>min(max(slope · x + ½, 0), 1)</c>, element by element.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Slope">At least 0. Default 1/6, as in Keras 3; in Keras 1 and 2 it is 0.2.</param>
public sealed record HardSigmoidSpec(string Name, double Slope = HardSigmoidSpec.DefaultSlope) : LayerSpec(Name)
{
    /// <summary>Keras 3's slope, 1/6 as a float.</summary>
    public const double DefaultSlope = 0.16666667;

    /// <inheritdoc/>
    public override LayerType Kind => HardSigmoidType.Instance;
}

/// <summary>The hard sigmoid.</summary>
internal sealed class HardSigmoidType : ActivationType<HardSigmoidSpec, HardSigmoidFunction>
{
    /// <summary>The slope in Keras 1 and 2; Keras 3 computes relu6(x + 3) / 6.</summary>
    private const double OldSlope = 0.2;

    private static readonly NumberSetting _slope = NumberSetting.AtLeastZero("slope", HardSigmoidSpec.DefaultSlope);

    private HardSigmoidType()
        : base("hardSigmoid", [], ["hardSigmoid", "hard_sigmoid"], Bind(_slope, sigmoid => sigmoid.Slope))
    {
    }

    public static HardSigmoidType Instance { get; } = new();

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) =>
        new HardSigmoidSpec(name, kerasGeneration < 3 ? OldSlope : HardSigmoidSpec.DefaultSlope);

    protected override HardSigmoidSpec Read(string name, SettingReader settings) => new(name, settings.Get(_slope));

    protected override HardSigmoidFunction Function(HardSigmoidSpec layer) => new((float)layer.Slope);
}

/// <summary>slope · x + ½ between 0 and 1; its derivative is the slope where 0 &lt; y &lt; 1, otherwise 0.</summary>
internal readonly struct HardSigmoidFunction(float slope) : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec one = TSimd.Broadcast(1f), y = TSimd.MultiplyAdd(x, TSimd.Broadcast(slope), TSimd.Broadcast(0.5f));
        return TSimd.SelectGreater(y, one, one, TSimd.SelectGreater(TSimd.Zero, y, TSimd.Zero, y));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec inside = TSimd.SelectGreater(kept, TSimd.Zero, TSimd.Multiply(TSimd.Broadcast(slope), gradient), TSimd.Zero);
        return TSimd.SelectGreater(TSimd.Broadcast(1f), kept, inside, TSimd.Zero);
    }
}
