using DistConv.Core.Initializers;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015, arXiv:1502.03167) over the last axis: every channel is shifted and scaled to mean 0 and variance 1 over a
/// shard of the batch in training, by moving averages in use, then scaled by γ and shifted by β, which are learnt.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Momentum">The part of a moving average that a step keeps, 0 to 1, as in Keras (PyTorch's is its complement).</param>
/// <param name="Epsilon">What is added to the variance, above 0.</param>
/// <param name="Center">Whether there is a β.</param>
/// <param name="Scale">Whether there is a γ.</param>
/// <param name="BetaInitializer">β before training.</param>
/// <param name="GammaInitializer">γ before training.</param>
/// <param name="MovingMeanInitializer">The moving mean before training.</param>
/// <param name="MovingVarianceInitializer">The moving variance before training.</param>
public sealed record BatchNormSpec(
    string Name,
    double Momentum,
    double Epsilon,
    bool Center,
    bool Scale,
    InitializerSpec BetaInitializer,
    InitializerSpec GammaInitializer,
    InitializerSpec MovingMeanInitializer,
    InitializerSpec MovingVarianceInitializer)
    : LayerSpec(Name)
{
    /// <summary>Keras's default of <see cref="Momentum"/>.</summary>
    public const double DefaultMomentum = 0.99;

    /// <summary>Keras's default of <see cref="Epsilon"/>.</summary>
    public const double DefaultEpsilon = 0.001;

    /// <summary>A layer with Keras's defaults.</summary>
    /// <param name="name">See <see cref="LayerSpec"/>.</param>
    public BatchNormSpec(string name)
        : this(name, DefaultMomentum, DefaultEpsilon, true, true, new("zeros"), new("ones"), new("zeros"), new("ones"))
    {
    }

    /// <inheritdoc/>
    public override LayerType Kind => BatchNormType.Instance;
}
