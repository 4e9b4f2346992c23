using DistConv.Core.Layers;

namespace DistConv.Filters.Layers;

/// <summary>Layers that make one output of several inputs, value by value.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="name">Our name of the type.</param>
/// <param name="noun">What the output is of its inputs: "product".</param>
/// <param name="operation">ONNX's operator, which takes any number of inputs.</param>
internal abstract class MergeForm<TSpec>(string kerasName, string name, string noun, string operation) : LayerForm<TSpec>
    where TSpec : LayerSpec
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [kerasName] = [],
        [name] = [],
    };

    public sealed override bool KeepsPlaces => true;

    protected sealed override LayerExplanation Explain(TSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(plan, Text(plan));

    protected sealed override string Summarize(TSpec layer, LayerPlan plan) => $"{noun} of {string.Join(" and ", layer.Inputs.Names)}, value by value";

    protected sealed override string Caption(TSpec layer) => $"{noun} of its inputs";

    protected override string WriteOnnx(IOnnxNodes nodes, TSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        nodes.Add(operation, layer.Name, inputs);

    /// <summary>What it computes and what it is good for.</summary>
    protected abstract string Text(LayerPlan plan);
}
