using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.Dense;

/// <summary>A fully connected layer with bias and, fused, ReLU: it runs once over all rows, in units of work of its operator.</summary>
public sealed unsafe class DenseLayer : Layer
{
    private readonly FloatBuffer _noBias;

    internal DenseLayer(LayerPlan plan, LayerContext context, DenseSpec spec)
        : base(plan, context)
    {
        Operator = context.Kernels.Dense(spec.Shape(plan.Input));
        _noBias = new FloatBuffer(spec.Units);
    }

    /// <summary>The products.</summary>
    public DenseOperator Operator { get; }

    /// <inheritdoc/>
    public override long ScratchLength => Operator.ScratchLength;

    /// <inheritdoc/>
    public override int PackUnits => Operator.PackUnits;

    /// <inheritdoc/>
    public override void Pack(int unit, float* parameters) =>
        Operator.PackWeights(unit, parameters + Kernel!.Offset, Bias is { } bias ? parameters + bias.Offset : _noBias.Pointer);

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        for (int unit = 0; unit < Operator.ForwardUnits; unit++) Operator.Forward(unit, 1, row.Input, row.Output, Traits.EndsInRelu, row.Scratch);
    }

    /// <inheritdoc/>
    public override void Backward(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        float* rectified = AfterRelu ? row.Input : null;
        for (int unit = 0; *gradInputs != null && unit < Operator.InputGradientUnits; unit++)
            Operator.InputGradient(unit, 1, gradOutput, *gradInputs, rectified, row.Scratch);
    }

    /// <inheritdoc/>
    public override void TensorGradient(int tensor, in RowMemory row, float* gradOutput, float* gradient)
    {
        int inputs = Operator.Shape.In, outputs = Operator.Shape.Out, block = Operator.WeightGradientRows;
        if (tensor == 1)
        {
            new Span<float>(gradient, outputs).Clear();
            Context.Kernels.AddRows(gradOutput, 1, outputs, outputs, gradient);
            return;
        }

        for (int first = 0; first < inputs; first += block)
        {
            float* destination = gradient + ((long)first * outputs);
            Operator.WeightGradient(first, int.Min(block, inputs - first), 1, row.Input, gradOutput, destination, add: false, row.Scratch);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Operator.Dispose();
        _noBias.Dispose();
        base.Dispose(disposing);
    }
}
