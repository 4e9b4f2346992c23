using DistConv.Core.Layers;
using DistConv.Core.Layers.MaxPool2D;

namespace DistConv.Filters.Layers;

/// <summary>Maximum pooling.</summary>
internal sealed class MaxPool2DForm : LayerForm<MaxPool2DSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["MaxPooling2D"] = ["pool_size", "strides", "padding", "data_format"],
        ["MaxPool2D"] = ["pool_size", "strides", "padding", "data_format"],
        ["maxpool2d"] = ["pool", "strides", "padding"],
    };

    protected override LayerExplanation Explain(MaxPool2DSpec layer, LayerPlan plan) => PoolText.Of(plan, layer, isMax: true);

    protected override string Summarize(MaxPool2DSpec layer, LayerPlan plan) => $"largest of each {layer.PoolH}×{layer.PoolW} values";

    protected override string Caption(MaxPool2DSpec layer) => "largest of each window";

    protected override string WriteOnnx(IOnnxNodes nodes, MaxPool2DSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        nodes.Add("MaxPool", layer.Name, inputs, OnnxWindow.Of(layer.Shape(plan.Input)));
}
