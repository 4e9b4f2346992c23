using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Models;

namespace DistConv.Core.Networks;

/// <summary>A fully connected layer with bias and, fused, ReLU: it runs once over all rows, in units of work of its operator.</summary>
public sealed unsafe class DenseLayer : Layer
{
    private readonly FloatBuffer _noBias;

    internal DenseLayer(LayerPlan plan, int index, DenseSpec spec, KernelSet kernels)
        : base(plan, index)
    {
        EndsInRelu = spec.Activation == Activation.Relu;
        Operator = kernels.Dense(spec.Shape(plan.Input));
        _noBias = new FloatBuffer(spec.Units);
    }

    /// <inheritdoc/>
    public override bool EndsInRelu { get; }

    /// <summary>The products.</summary>
    public DenseOperator Operator { get; }

    /// <inheritdoc/>
    public override long ScratchLength => Operator.ScratchLength;

    /// <summary>Takes over a slice of the weights of this step.</summary>
    /// <param name="unit">0 … <see cref="DenseOperator.PackUnits"/> − 1.</param>
    /// <param name="parameters">All parameters of the network.</param>
    public void PackWeights(int unit, float* parameters) =>
        Operator.PackWeights(unit, parameters + Kernel!.Offset, Bias is null ? _noBias.Pointer : parameters + Bias.Offset);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Operator.Dispose();
        _noBias.Dispose();
        base.Dispose(disposing);
    }
}
