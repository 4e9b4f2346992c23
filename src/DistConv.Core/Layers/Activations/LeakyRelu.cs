using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x</c> for x &gt; 0, <c>slope · x</c> otherwise, element by element (Maas et al. 2013).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Slope">The slope below 0, at least 0. Default 0.3, that of Keras's layer.</param>
public sealed record LeakyReluSpec(string Name, double Slope = 0.3) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => LeakyReluType.Instance;
}

/// <summary>A ReLU that lets a part of negative values through.</summary>
internal sealed class LeakyReluType : ActivationType<LeakyReluSpec, LeakyReluFunction>
{
    /// <summary>The slope of Keras's activation "leaky_relu"; its layer LeakyReLU has 0.3.</summary>
    private const double SlopeByName = 0.2;

    private static readonly NumberSetting _slope = NumberSetting.AtLeastZero("slope", 0.3, "alpha", "negative_slope");

    private LeakyReluType()
        : base("leakyRelu", ["LeakyReLU"], ["leakyRelu", "leaky_relu"], Bind(_slope, leaky => leaky.Slope))
    {
    }

    public static LeakyReluType Instance { get; } = new();

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => new LeakyReluSpec(name, SlopeByName);

    protected override LeakyReluSpec Read(string name, SettingReader settings) => new(name, settings.Get(_slope));

    protected override LeakyReluFunction Function(LeakyReluSpec layer) => new((float)layer.Slope);
}

/// <summary>x for x &gt; 0, slope · x otherwise; its derivative is 1, or the slope.</summary>
internal readonly struct LeakyReluFunction(float slope) : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.SelectGreater(x, TSimd.Zero, x, TSimd.Multiply(TSimd.Broadcast(slope), x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.SelectGreater(kept, TSimd.Zero, gradient, TSimd.Multiply(TSimd.Broadcast(slope), gradient));
}
