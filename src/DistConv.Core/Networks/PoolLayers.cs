using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Core.Networks;

/// <summary>Maximum pooling; the state keeps which tap was chosen.</summary>
internal sealed unsafe class MaxPoolLayer(LayerPlan plan, int index, Pool2DShape shape, KernelSet kernels) : SampleLayer(plan, index)
{
    /// <inheritdoc/>
    public override int StateLength => shape.OutputSize;

    /// <inheritdoc/>
    public override bool ReadsInputBackward => false;

    /// <inheritdoc/>
    public override bool ReadsOutputBackward => AfterRelu;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch) =>
        kernels.MaxPool(shape, input, output, state);

    /// <inheritdoc/>
    public override void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch)
    {
        if (gradInput != null) kernels.MaxPoolGradient(shape, state, gradOutput, gradInput, AfterRelu ? output : null);
    }
}

/// <summary>Average pooling; global average pooling is one window over the whole input.</summary>
internal sealed unsafe class AvgPoolLayer(LayerPlan plan, int index, Pool2DShape shape, KernelSet kernels) : SampleLayer(plan, index)
{
    /// <inheritdoc/>
    public override void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch) =>
        kernels.AvgPool(shape, input, output);

    /// <inheritdoc/>
    public override void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch)
    {
        if (gradInput == null) return;
        kernels.AvgPoolGradient(shape, gradOutput, gradInput);
        if (AfterRelu) kernels.ReluGradient(input, gradInput, Plan.Input.Size);
    }
}
