using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Activations;

/// <summary><c>x</c> for x &gt; 0, <c>α (eˣ − 1)</c> otherwise, element by element (Clevert et al. 2015).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Alpha">α, at least 0: how far the output goes below 0. Default 1.</param>
public sealed record EluSpec(string Name, double Alpha = 1) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => EluType.Instance;
}

/// <summary>The exponential linear unit.</summary>
internal sealed class EluType : ActivationType<EluSpec, EluFunction>
{
    private static readonly NumberSetting _alpha = NumberSetting.AtLeastZero("alpha", 1);

    private EluType()
        : base("elu", ["ELU"], ["elu"], Bind(_alpha, elu => elu.Alpha))
    {
    }

    public static EluType Instance { get; } = new();

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => new EluSpec(name);

    protected override EluSpec Read(string name, SettingReader settings) => new(name, settings.Get(_alpha));

    protected override EluFunction Function(EluSpec layer) => new((float)layer.Alpha);
}

/// <summary>x for x &gt; 0, α (eˣ − 1) otherwise; its derivative is 1, or y + α.</summary>
internal readonly struct EluFunction(float alpha) : IActivationFunction
{
    /// <inheritdoc/>
    public static bool ReadsOutput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.SelectGreater(x, TSimd.Zero, x, TSimd.Multiply(TSimd.Broadcast(alpha), SimdMath<TSimd, TVec>.Expm1(x)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct =>
        TSimd.SelectGreater(kept, TSimd.Zero, gradient, TSimd.Multiply(gradient, TSimd.Add(kept, TSimd.Broadcast(alpha))));
}
