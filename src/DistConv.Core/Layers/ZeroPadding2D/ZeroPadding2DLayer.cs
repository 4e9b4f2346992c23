using DistConv.Core.Layers.Border;

namespace DistConv.Core.Layers.ZeroPadding2D;

/// <summary><c>y[h + top, w + left, c] = x[h, w, c]</c>, and +0 in the borders, whose gradient goes nowhere.</summary>
internal sealed unsafe class ZeroPadding2DLayer(LayerPlan plan, LayerContext context, ZeroPadding2DSpec spec) : SampleLayer(plan, context)
{
    private readonly BorderCopy _copy = new(plan.Input, spec.Padding);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => _copy.Embed(row.Input, row.Output);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        _copy.Extract(gradOutput, *gradInputs);
}
