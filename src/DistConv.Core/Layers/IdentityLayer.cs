namespace DistConv.Core.Layers;

/// <summary>A layer whose output is its input in another shape, or whose work is done elsewhere.</summary>
/// <param name="plan">Shapes and counts.</param>
/// <param name="context">Its place.</param>
internal sealed unsafe class IdentityLayer(LayerPlan plan, LayerContext context) : Layer(plan, context)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
    }

    /// <inheritdoc/>
    public override void Backward(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
    }
}
