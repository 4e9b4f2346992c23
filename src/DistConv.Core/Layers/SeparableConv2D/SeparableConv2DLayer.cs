using DistConv.Core.Buffers;
using DistConv.Core.Layers.Conv2D;

namespace DistConv.Core.Layers.SeparableConv2D;

/// <summary>
/// A convolution of each channel, then one of 1 × 1 with bias and, fused, ReLU: each output of both is a chain of its own that ends with <c>+ 0f</c>
/// (docs/numerics.md, rule 10).
/// </summary>
/// <remarks>What lies between the two is not kept: the first is cheap, and computed again for the gradient of the second.</remarks>
internal sealed unsafe class SeparableConv2DLayer : SampleLayer
{
    private const int PointwiseUnit = 0;
    private const int DepthwiseUnit = 1;
    private const int BiasUnit = 2;

    private readonly Conv2DOperator _depthwise;
    private readonly Conv2DOperator _pointwise;
    private readonly FloatBuffer _noBias;

    public SeparableConv2DLayer(LayerPlan plan, LayerContext context, Conv2DShape depthwise, Conv2DShape pointwise)
        : base(plan, context)
    {
        _depthwise = context.Kernels.Conv2D(depthwise);
        _pointwise = context.Kernels.Conv2D(pointwise);
        _noBias = new FloatBuffer(int.Max(depthwise.OutC, pointwise.OutC));
    }

    /// <summary>That of an operator, then what lies between the two, and its gradient.</summary>
    public override long ScratchLength => MiddleOffset + (2L * MiddleLength);

    /// <inheritdoc/>
    public override int PackUnits => 1;

    /// <summary>The kernel of 1 × 1, the channels' own kernels, and the bias.</summary>
    public override int GradientUnits => Bias is null ? BiasUnit : BiasUnit + 1;

    /// <inheritdoc/>
    protected override bool AppliesReluGradient => true;

    private long MiddleOffset => (long.Max(_depthwise.ScratchLength, _pointwise.ScratchLength) + 15) / 16 * 16;

    private int MiddleLength => (_depthwise.Shape.OutputSize + 15) / 16 * 16;

    /// <inheritdoc/>
    public override void Pack(int unit, float* parameters)
    {
        _depthwise.PackWeights(parameters + OffsetOf(0), _noBias.Pointer);
        _pointwise.PackWeights(parameters + OffsetOf(1), Bias is { } bias ? parameters + bias.Offset : _noBias.Pointer);
    }

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        _pointwise.Forward(Middle(row), row.Output, Traits.EndsInRelu, row.Scratch);

    /// <inheritdoc/>
    public override void AddGradient(int unit, in RowMemory row, float* gradOutput, float* gradient, bool accumulate)
    {
        switch (unit)
        {
            case PointwiseUnit:
                AddKernel(_pointwise, Middle(row), gradOutput, gradient + Tensors[0].Length, accumulate, row.Scratch);
                break;
            case DepthwiseUnit:
                AddKernel(_depthwise, row.Input, GradMiddle(row, gradOutput), gradient, accumulate, row.Scratch);
                break;
            case BiasUnit:
                AddBias(gradOutput, gradient + Tensors[0].Length + Tensors[1].Length, accumulate);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(unit), unit, "there is no such unit");
        }
    }

    /// <inheritdoc/>
    public override void TensorGradient(int tensor, in RowMemory row, float* gradOutput, float* gradient)
    {
        if (tensor == 0) AddKernel(_depthwise, row.Input, GradMiddle(row, gradOutput), gradient, accumulate: false, row.Scratch);
        else if (tensor == 1) AddKernel(_pointwise, Middle(row), gradOutput, gradient, accumulate: false, row.Scratch);
        else AddBias(gradOutput, gradient, accumulate: false);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        _depthwise.InputGradient(GradMiddle(row, gradOutput), *gradInputs, AfterRelu ? row.Input : null, row.Scratch);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _depthwise.Dispose();
        _pointwise.Dispose();
        _noBias.Dispose();
        base.Dispose(disposing);
    }

    private static void AddKernel(Conv2DOperator conv, float* input, float* gradOutput, float* gradient, bool accumulate, float* scratch)
    {
        for (int unit = 0; unit < conv.WeightGradientUnits; unit++) conv.WeightGradient(unit, input, gradOutput, gradient, accumulate, scratch);
    }

    /// <summary>What the first step gives.</summary>
    private float* Middle(in RowMemory row)
    {
        float* middle = row.Scratch + MiddleOffset;
        _depthwise.Forward(row.Input, middle, relu: false, row.Scratch);
        return middle;
    }

    /// <summary>The gradient of what the first step gives.</summary>
    private float* GradMiddle(in RowMemory row, float* gradOutput)
    {
        float* gradMiddle = row.Scratch + MiddleOffset + MiddleLength;
        _pointwise.InputGradient(gradOutput, gradMiddle, rectified: null, row.Scratch);
        return gradMiddle;
    }

    private void AddBias(float* gradOutput, float* sums, bool accumulate)
    {
        int filters = _pointwise.Shape.OutC;
        if (!accumulate) new Span<float>(sums, filters).Clear();
        Context.Kernels.AddRows(gradOutput, Plan.Output.Size / filters, filters, filters, sums);
    }
}
