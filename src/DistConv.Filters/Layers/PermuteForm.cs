using DistConv.Core.Layers;
using DistConv.Core.Layers.Permute;

namespace DistConv.Filters.Layers;

/// <summary>Images with their axes in another order.</summary>
internal sealed class PermuteForm : LayerForm<PermuteSpec>
{
    private static readonly string[] _axes = ["height", "width", "channels"];

    /// <summary>Where the height, the width and the channels of an image are in ONNX.</summary>
    private static readonly int[] _onnx = [2, 3, 1];

    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Permute"] = ["dims"],
        ["permute"] = ["dims"],
    };

    public override bool IsDrawn => false;

    protected override LayerExplanation Explain(PermuteSpec layer, LayerPlan plan) => LayerExplanation.WithoutWeights(
        plan,
        $"It exchanges the axes of an image: the new height is the old {_axes[layer.Height - 1]}, the new width the old {_axes[layer.Width - 1]}, and the new "
            + $"channels are the old {_axes[layer.Channels - 1]}. It moves values and computes none.");

    protected override string Summarize(PermuteSpec layer, LayerPlan plan) =>
        $"{_axes[layer.Height - 1]}, {_axes[layer.Width - 1]} and {_axes[layer.Channels - 1]} as height, width and channels";

    protected override string Caption(PermuteSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, PermuteSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) => nodes.Add(
        "Transpose", layer.Name, inputs, OnnxAttribute.List("perm", 0, _onnx[layer.Channels - 1], _onnx[layer.Height - 1], _onnx[layer.Width - 1]));
}
