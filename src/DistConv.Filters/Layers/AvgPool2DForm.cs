using DistConv.Core.Layers;
using DistConv.Core.Layers.AvgPool2D;

namespace DistConv.Filters.Layers;

/// <summary>Average pooling.</summary>
internal sealed class AvgPool2DForm : LayerForm<AvgPool2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["AveragePooling2D"] = ["pool_size", "strides", "padding", "data_format"],
        ["AvgPool2D"] = ["pool_size", "strides", "padding", "data_format"],
        ["avgpool2d"] = ["pool", "strides", "padding"],
    };

    protected override LayerExplanation Explain(AvgPool2DSpec layer, LayerPlan plan) => PoolText.Of(plan, layer, isMax: false);

    protected override string Summarize(AvgPool2DSpec layer, LayerPlan plan) => $"mean of each {layer.PoolH}×{layer.PoolW} values";

    protected override string Caption(AvgPool2DSpec layer) => "mean of each window";

    protected override string WriteOnnx(IOnnxNodes nodes, AvgPool2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        nodes.Add("AveragePool", layer.Name, inputs, [.. OnnxWindow.Of(layer.Shape(plan.Input)), OnnxAttribute.Number("count_include_pad", 0)]);
}
