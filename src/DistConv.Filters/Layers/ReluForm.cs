using DistConv.Core.Layers;
using DistConv.Core.Layers.Relu;

namespace DistConv.Filters.Layers;

/// <summary>ReLU as a layer of its own.</summary>
internal sealed class ReluForm : LayerForm<ReluSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["ReLU"] = ["max_value", "negative_slope", "threshold"],
        ["relu"] = ["maxValue", "negativeSlope", "threshold"],
    };

    public override bool KeepsPlaces => true;

    protected override LayerExplanation Explain(ReluSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"{Formula(layer)} for each value: {(layer.NegativeSlope == 0 ? "what is negative becomes 0" : "what is negative becomes smaller")}. Without such a "
                + "bend between them, several layers of sums would be one layer of sums.");

    protected override string Summarize(ReluSpec layer, LayerPlan plan) => layer.IsPlain ? "negative values become 0" : Formula(layer);

    protected override string Caption(ReluSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, ReluSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        (string name, string x) = (layer.Name, inputs[0]);
        if (layer.IsPlain) return nodes.Add("Relu", name, inputs);
        if (layer.MaxValue is { } limit) x = nodes.Add("Min", $"{name}_min", [x, nodes.Scalar($"{name}_limit", limit)]);
        if (layer is { NegativeSlope: 0, Threshold: 0 }) return nodes.Add("Relu", name, [x]);
        string theta = nodes.Scalar($"{name}_theta", layer.Threshold), slope = nodes.Scalar($"{name}_slope", layer.NegativeSlope);
        string isAbove = nodes.Add("Greater", $"{name}_above", [inputs[0], theta]);
        string below = nodes.Add("Mul", $"{name}_below", [slope, nodes.Add("Sub", $"{name}_beyond", [inputs[0], theta])]);
        return nodes.Add("Where", name, [isAbove, x, below]);
    }

    /// <summary>"max(0, x)", or what it is with the layer's settings.</summary>
    private static string Formula(ReluSpec layer)
    {
        string above = layer.MaxValue is { } limit ? $"min(x, {limit})" : "x";
        if (layer is { NegativeSlope: 0, Threshold: 0 }) return $"max(0, {above})";
        string below = layer.NegativeSlope == 0 ? "0" : layer.Threshold == 0 ? $"{layer.NegativeSlope}·x" : $"{layer.NegativeSlope}·(x - {layer.Threshold})";
        return $"{above} if x > {layer.Threshold}, else {below}";
    }
}
