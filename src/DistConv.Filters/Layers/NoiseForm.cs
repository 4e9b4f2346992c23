using DistConv.Core.Layers;

namespace DistConv.Filters.Layers;

/// <summary>Layers that are random in training and do nothing after it.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="name">Our name of the type.</param>
/// <param name="kerasSetting">Keras's name of the only setting.</param>
/// <param name="setting">Our name of it.</param>
internal abstract class NoiseForm<TSpec>(string kerasName, string name, string kerasSetting, string setting) : LayerForm<TSpec>
    where TSpec : LayerSpec
{
    public sealed override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [kerasName] = [kerasSetting],
        [name] = [setting],
    };

    public sealed override bool KeepsPlaces => true;

    public sealed override bool IsDrawn => false;

    protected sealed override LayerExplanation Explain(TSpec layer, LayerPlan plan) =>
        LayerExplanation.WithoutWeights(plan, $"{Text(layer)} When the network is used, the layer does nothing.");

    protected sealed override string Caption(TSpec layer) => layer.Type;

    protected sealed override string WriteOnnx(IOnnxNodes nodes, TSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) => inputs[0];

    /// <summary>What it does in training, and what for.</summary>
    protected abstract string Text(TSpec layer);
}
