using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.PRelu;

/// <summary>
/// <c>y = x &gt; 0 ? x : α x</c>; <c>gradInput = x &gt; 0 ? g : α g</c>. The gradient of a slope is a chain of fused multiply-adds
/// <c>g · (x &gt; 0 ? +0 : x)</c> from +0 over the samples and, in a sample, over the positions that share it, in the order (h, w, c)
/// (docs/numerics.md, rules 3 and 6).
/// </summary>
internal sealed unsafe class PReluLayer : SampleLayer
{
    /// <summary>The role of the slopes.</summary>
    public const string Alpha = "alpha";

    private readonly int _height, _width, _channels;
    private readonly int[] _strides;

    /// <summary>The slopes as they are used: one for each value of a sample.</summary>
    private readonly FloatBuffer _slopes;

    public PReluLayer(LayerPlan plan, LayerContext context, PReluSpec spec)
        : base(plan, context)
    {
        (_height, _width, _channels) = (plan.Output.Height, plan.Output.Width, plan.Output.Channels);
        int[] shape = plan.Input.IsFlat ? [1, 1, .. spec.SharedAxes.ShapeFor(plan.Input)] : [.. spec.SharedAxes.ShapeFor(plan.Input)];

        // A shared axis does not move in the tensor of slopes.
        _strides = [shape[0] == 1 ? 0 : shape[1] * shape[2], shape[1] == 1 ? 0 : shape[2], shape[2] == 1 ? 0 : 1];
        _slopes = new FloatBuffer(plan.Output.Size);
    }

    /// <inheritdoc/>
    public override int PackUnits => 1;

    /// <inheritdoc/>
    public override int GradientUnits => 1;

    /// <inheritdoc/>
    public override void Pack(int unit, float* parameters)
    {
        float* alpha = parameters + OffsetOf(0), slope = _slopes.Pointer;
        for (int h = 0; h < _height; h++)
        {
            for (int w = 0; w < _width; w++)
            {
                float* row = alpha + (h * _strides[0]) + (w * _strides[1]);
                for (int c = 0; c < _channels; c++) *slope++ = row[c * _strides[2]];
            }
        }
    }

    /// <inheritdoc/>
    public override void Forward(in SampleContext context, in RowMemory row) =>
        Context.Kernels.SlopeNegatives(row.Input, row.Input, _slopes.Pointer, row.Output, Plan.Output.Size);

    /// <inheritdoc/>
    public override void AddGradient(int unit, in RowMemory row, float* gradOutput, float* gradient, bool accumulate)
    {
        if (!accumulate) new Span<float>(gradient, Tensors[0].Length).Clear();
        bool isWhole = Tensors[0].Length == Plan.Output.Size;
        int run = isWhole ? Plan.Output.Size : _channels;
        for (int at = 0; at < Plan.Output.Size; at += run)
        {
            int position = at / _channels;
            float* sums = gradient + (position / _width * _strides[0]) + (position % _width * _strides[1]);
            if (_strides[2] != 0 || isWhole) Context.Kernels.AddNegativeProducts(row.Input + at, gradOutput + at, sums, run);
            else AddToOne(row.Input + at, gradOutput + at, sums);
        }
    }

    /// <inheritdoc/>
    public override void TensorGradient(int tensor, in RowMemory row, float* gradOutput, float* gradient) =>
        AddGradient(0, row, gradOutput, gradient, accumulate: false);

    /// <inheritdoc/>
    protected override void InputGradients(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs) =>
        Context.Kernels.SlopeNegatives(row.Input, gradOutput, _slopes.Pointer, *gradInputs, Plan.Output.Size);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _slopes.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The channels share their slope: one chain, value by value.</summary>
    private void AddToOne(float* x, float* gradOutput, float* sum)
    {
        for (int c = 0; c < _channels; c++) *sum = MathF.FusedMultiplyAdd(gradOutput[c], x[c] > 0f ? 0f : x[c], *sum);
    }
}
