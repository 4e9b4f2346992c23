using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>What a factor is drawn from, uniformly.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct FactorRange(double Lower, double Upper)
{
    /// <summary>The factor of a random word: fma(u, upper − lower, lower) with u = (word + ½) · 2⁻³², in double.</summary>
    internal double At(uint word) => Math.FusedMultiplyAdd(RandomField.ToOpenUniform(word), Upper - Lower, Lower);

    /// <inheritdoc/>
    public override string ToString() => $"[{Lower}, {Upper}]";
}
