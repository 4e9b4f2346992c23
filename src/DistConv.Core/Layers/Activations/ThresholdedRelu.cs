using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x</c> for x &gt; θ, 0 otherwise, element by element (Konda et al. 2014).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Theta">θ, at least 0. Default 1.</param>
public sealed record ThresholdedReluSpec(string Name, double Theta = 1) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ThresholdedReluType.Instance;
}

/// <summary>A ReLU that begins at a threshold.</summary>
internal sealed class ThresholdedReluType : ActivationType<ThresholdedReluSpec, ThresholdedReluFunction>
{
    private static readonly NumberSetting _theta = NumberSetting.AtLeastZero("theta", 1);

    private ThresholdedReluType()
        : base("thresholdedRelu", ["ThresholdedReLU"], ["thresholdedRelu"], Bind(_theta, relu => relu.Theta))
    {
    }

    public static ThresholdedReluType Instance { get; } = new();

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => new ThresholdedReluSpec(name);

    protected override ThresholdedReluSpec Read(string name, SettingReader settings) => new(name, settings.Get(_theta));

    protected override ThresholdedReluFunction Function(ThresholdedReluSpec layer) => new((float)layer.Theta);
}

/// <summary>x for x &gt; θ, +0 otherwise; its derivative is 1 where y &gt; 0, otherwise 0.</summary>
internal readonly struct ThresholdedReluFunction(float theta) : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        TVec below = TSimd.SelectEqual(x, x, TSimd.Zero, x); // NaN passes through.
        return TSimd.SelectGreater(x, TSimd.Broadcast(theta), x, below);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.SelectGreater(kept, TSimd.Zero, gradient, TSimd.Zero);
}
