using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Models;

namespace DistConv.Core.Networks;

/// <summary>Convolution with bias and, fused, ReLU.</summary>
public sealed unsafe class Conv2DLayer : SampleLayer
{
    private readonly FloatBuffer _noBias;

    internal Conv2DLayer(LayerPlan plan, int index, Conv2DSpec spec, KernelSet kernels)
        : base(plan, index)
    {
        EndsInRelu = spec.Activation == Activation.Relu;
        Operator = kernels.Conv2D(spec.Shape(plan.Input));
        _noBias = new FloatBuffer(spec.Filters);
    }

    /// <inheritdoc/>
    public override bool EndsInRelu { get; }

    /// <summary>The products.</summary>
    public Conv2DOperator Operator { get; }

    /// <inheritdoc/>
    public override bool ReadsInputBackward => true;

    /// <inheritdoc/>
    public override long ScratchLength => Operator.ScratchLength;

    /// <summary>Takes over the weights of this step.</summary>
    /// <param name="parameters">All parameters of the network.</param>
    public void PackWeights(float* parameters) =>
        Operator.PackWeights(parameters + Kernel!.Offset, Bias is null ? _noBias.Pointer : parameters + Bias.Offset);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch) =>
        Operator.Forward(input, output, EndsInRelu, scratch);

    /// <inheritdoc/>
    public override void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch)
    {
        if (gradInput != null) Operator.InputGradient(gradOutput, gradInput, AfterRelu ? input : null, scratch);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Operator.Dispose();
        _noBias.Dispose();
        base.Dispose(disposing);
    }
}
