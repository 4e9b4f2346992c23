using DistConv.Core.Initializers;

namespace DistConv.Core.Layers.PRelu;

/// <summary>
/// <c>x</c> for x &gt; 0, <c>α x</c> otherwise, element by element, where the slopes α are learned (He et al. 2015, delving deep into rectifiers), as Keras's
/// PReLU.
/// </summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="AlphaInitializer">Slopes before training; zeros by default in JSON.</param>
/// <param name="SharedAxes">Along which axes the slopes are the same; none by default in JSON.</param>
public sealed record PReluSpec(string Name, InitializerSpec AlphaInitializer, SharedAxes SharedAxes) : LayerSpec(Name)
{
    /// <inheritdoc/>
    public override LayerType Kind => PReluType.Instance;

    /// <inheritdoc/>
    internal override LayerSpec FromChannelsFirst() =>
        this with { SharedAxes = new SharedAxes(First: SharedAxes.Second, Second: SharedAxes.Third, Third: SharedAxes.First) };
}
