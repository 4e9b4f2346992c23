using DistConv.Core.Layers.Merging;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Multiply;

/// <summary>
/// <c>y = ((x₀ · x₁) · x₂) · …</c>, value by value. The gradient of an input is that of the output times the other inputs, in ascending order; where the input
/// is repeated over the positions, the last of these products is fused with a sum over (h, w) from +0 (docs/numerics.md, rule 11).
/// </summary>
internal sealed unsafe class MultiplyLayer : SampleLayer
{
    private readonly bool[] _isRepeated;
    private readonly int _positions;
    private readonly int _channels;

    public MultiplyLayer(LayerPlan plan, LayerContext context)
        : base(plan, context)
    {
        _isRepeated = [.. plan.Inputs.Select(input => MultiplyType.IsRepeated(input, plan.Output))];
        (_positions, _channels) = (plan.Output.Height * plan.Output.Width, plan.Output.Channels);
    }

    /// <inheritdoc/>
    public override long ScratchLength => Scratch(Plan);

    /// <summary>A product of more than two factors stands there before it is summed.</summary>
    public static int Scratch(LayerPlan plan) => plan.Inputs.Count > 2 ? plan.Output.Size : 0;

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row)
    {
        TensorShape shape = Plan.Inputs[0];
        for (int copied = 0; copied < Plan.Output.Size; copied += shape.Size)
            new ReadOnlySpan<float>(row.Input, shape.Size).CopyTo(new Span<float>(row.Output + copied, shape.Size));
        for (int i = 1; i < Plan.Inputs.Count; i++) Multiply(row.Output, row, i, row.Output);
    }

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs)
    {
        for (int i = 0; i < Plan.Inputs.Count; i++)
        {
            if (gradInputs[i] == null) continue;
            int last = i == Plan.Inputs.Count - 1 ? i - 1 : Plan.Inputs.Count - 1;
            float* product = gradOutput;
            for (int other = 0; other < last; other++)
            {
                if (other == i) continue;
                float* target = _isRepeated[i] ? row.Scratch : gradInputs[i];
                Multiply(product, row, other, target);
                product = target;
            }

            if (_isRepeated[i]) Context.Kernels.AddProducts(product, row.Inputs[last], _isRepeated[last], _positions, _channels, gradInputs[i]);
            else Multiply(product, row, last, gradInputs[i]);
        }
    }

    /// <summary>product = values · input.</summary>
    private void Multiply(float* values, in RowMemory row, int input, float* product)
    {
        if (!_isRepeated[input])
        {
            Context.Kernels.Combine<Product>(values, row.Inputs[input], product, Plan.Output.Size);
            return;
        }

        for (int p = 0; p < _positions; p++)
        {
            long first = (long)p * _channels;
            Context.Kernels.Combine<Product>(values + first, row.Inputs[input], product + first, _channels);
        }
    }
}
