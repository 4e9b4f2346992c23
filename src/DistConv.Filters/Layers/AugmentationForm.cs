using DistConv.Core.Layers;

namespace DistConv.Filters.Layers;

/// <summary>Layers that vary pictures in training and do nothing after it.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="name">Our name of the type.</param>
/// <param name="settings">The positional arguments, as Keras and as we call them.</param>
internal abstract class AugmentationForm<TSpec>(string kerasName, string name, params (string Keras, string Ours)[] settings) : LayerForm<TSpec>
    where TSpec : LayerSpec
{
    public sealed override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [kerasName] = [.. settings.Select(setting => setting.Keras)],
        [name] = [.. settings.Select(setting => setting.Ours)],
    };

    public sealed override bool KeepsPlaces => true;

    public sealed override bool IsDrawn => false;

    protected sealed override LayerExplanation Explain(TSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"{Text(layer)} Every picture gets a draw of its own in every step, so the network hardly ever sees the same picture twice, and learns what stays the "
            + "same. When the network is used, the layer does nothing.");

    protected sealed override string Summarize(TSpec layer, LayerPlan plan) => $"in training, {Effect(layer)}";

    protected sealed override string Caption(TSpec layer) => layer.Type;

    protected sealed override string WriteOnnx(IOnnxNodes nodes, TSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) => inputs[0];

    /// <summary>What it does in training.</summary>
    protected abstract string Text(TSpec layer);

    /// <summary>The same in a few words, about each picture.</summary>
    protected abstract string Effect(TSpec layer);
}
