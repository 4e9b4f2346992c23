using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>Convolution with bias and, fused, ReLU.</summary>
public sealed unsafe class Conv2DLayer : SampleLayer
{
    private readonly FloatBuffer _noBias;
    private readonly bool _useBias;

    internal Conv2DLayer(LayerPlan plan, LayerContext context, Conv2DShape shape, bool useBias)
        : base(plan, context)
    {
        _useBias = useBias;
        Operator = context.Kernels.Conv2D(shape);
        _noBias = new FloatBuffer(shape.OutC);
    }

    /// <summary>The products.</summary>
    public Conv2DOperator Operator { get; }

    /// <inheritdoc/>
    public override long ScratchLength => Operator.ScratchLength;

    /// <inheritdoc/>
    public override int PackUnits => 1;

    /// <summary>Those of the kernel, and the bias.</summary>
    public override int GradientUnits => Operator.WeightGradientUnits + (_useBias ? 1 : 0);

    /// <inheritdoc/>
    protected override bool AppliesReluGradient => true;

    /// <inheritdoc/>
    public override void Pack(int unit, float* parameters) =>
        Operator.PackWeights(parameters + OffsetOf(0), Bias is { } bias ? parameters + bias.Offset : _noBias.Pointer);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) => Operator.Forward(row.Input, row.Output, Traits.EndsInRelu, row.Scratch);

    /// <inheritdoc/>
    public override void AddGradient(int unit, in RowMemory row, float* gradOutput, float* gradient, bool accumulate)
    {
        if (unit < Operator.WeightGradientUnits) Operator.WeightGradient(unit, row.Input, gradOutput, gradient, accumulate, row.Scratch);
        else AddBias(gradOutput, gradient + Operator.Shape.KernelSize, accumulate);
    }

    /// <inheritdoc/>
    public override void TensorGradient(int tensor, in RowMemory row, float* gradOutput, float* gradient)
    {
        if (tensor == 1) AddBias(gradOutput, gradient, accumulate: false);
        for (int unit = 0; tensor == 0 && unit < Operator.WeightGradientUnits; unit++)
            Operator.WeightGradient(unit, row.Input, gradOutput, gradient, accumulate: false, row.Scratch);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Operator.InputGradient(gradOutput, *gradInputs, AfterRelu ? row.Input : null, row.Scratch);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Operator.Dispose();
        _noBias.Dispose();
        base.Dispose(disposing);
    }

    private void AddBias(float* gradOutput, float* sums, bool accumulate)
    {
        int filters = Operator.Shape.OutC;
        if (!accumulate) new Span<float>(sums, filters).Clear();
        Context.Kernels.AddRows(gradOutput, Plan.Output.Size / filters, filters, filters, sums);
    }
}
