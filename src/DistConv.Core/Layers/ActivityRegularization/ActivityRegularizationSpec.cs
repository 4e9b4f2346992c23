using DistConv.Core.Layers.Rules;

namespace DistConv.Core.Layers.ActivityRegularization;

/// <summary>
/// A penalty on what a layer gives, as Keras's ActivityRegularization and the <c>activity_regularizer</c> of any layer: the values pass as they are, and in
/// training the loss of a sample grows by <c>λ₁ Σ |x| + λ₂ Σ x²</c> over the sample's values.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public sealed record ActivityRegularizationSpec(string Name) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => ActivityRegularizationType.Instance;

    /// <summary>λ₁, at least 0. Default 0.</summary>
    public double L1 { get; init; }

    /// <summary>λ₂, at least 0. Default 0.</summary>
    public double L2 { get; init; }

    /// <inheritdoc/>
    public override bool AddsPenalty => L1 != 0 || L2 != 0;

    /// <summary>The penalty.</summary>
    internal Regularizer Regularizer => new((float)L1, (float)L2);
}
