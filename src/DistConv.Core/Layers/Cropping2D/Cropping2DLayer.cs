using DistConv.Core.Layers.Border;

namespace DistConv.Core.Layers.Cropping2D;

/// <summary><c>y[h, w, c] = x[h + top, w + left, c]</c>; the gradient of what was cut off is +0.</summary>
internal sealed unsafe class Cropping2DLayer(LayerPlan plan, LayerContext context, Cropping2DSpec spec) : SampleLayer(plan, context)
{
    private readonly BorderCopy _copy = new(plan.Output, spec.Cropping);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => _copy.Extract(row.Input, row.Output);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        _copy.Embed(gradOutput, *gradInputs);
}
