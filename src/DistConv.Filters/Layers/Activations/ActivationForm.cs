using DistConv.Core.Layers;

namespace DistConv.Filters.Layers.Activations;

/// <summary>The form of layers that apply a function to single values.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="calls">How it is called: each name with the names of its positional arguments.</param>
/// <param name="purpose">What it is good for, and where it comes from: whole sentences.</param>
internal abstract class ActivationForm<TSpec>(IReadOnlyDictionary<string, IReadOnlyList<string>> calls, string purpose) : LayerForm<TSpec>
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    public sealed override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls => calls;

    /// <inheritdoc/>
    public sealed override bool KeepsPlaces => true;

    /// <summary>The function with the layer's numbers: "max(0, x)".</summary>
    protected abstract string Formula(TSpec layer);

    /// <inheritdoc/>
    protected sealed override LayerExplanation Explain(TSpec layer, LayerPlan plan) =>
        LayerExplanation.WithoutWeights(plan, $"{Formula(layer)}, for each value x. {purpose}") with { Formula = $"y = {Formula(layer)}" };

    /// <inheritdoc/>
    protected sealed override string Summarize(TSpec layer, LayerPlan plan) =>
        plan.IsOutput && layer.EndsAs == OutputKind.Sigmoid ? $"{Formula(layer)}: probabilities" : Formula(layer);

    /// <inheritdoc/>
    protected sealed override string Caption(TSpec layer) => layer.Type;

    /// <inheritdoc/>
    protected sealed override string WriteOnnx(IOnnxNodes nodes, TSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        plan.IsOutput && layer.EndsAs != OutputKind.Values ? inputs[0] : WriteOnnx(nodes, layer, inputs[0]);

    /// <summary>Writes it as ONNX operators.</summary>
    /// <param name="nodes">Takes the operators.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The name of its input.</param>
    /// <returns>The name of its output.</returns>
    protected abstract string WriteOnnx(IOnnxNodes nodes, TSpec layer, string input);

    /// <summary>Names with their positional arguments.</summary>
    protected static Dictionary<string, IReadOnlyList<string>> Named(params ReadOnlySpan<(string Name, string[] Arguments)> calls)
    {
        Dictionary<string, IReadOnlyList<string>> named = [];
        foreach ((string name, string[] arguments) in calls) named[name] = arguments;
        return named;
    }
}
