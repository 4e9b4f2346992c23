using DistConv.Core.Buffers;

namespace DistConv.Core.Layers.Dense;

/// <summary>The definition of the fully connected layer: plain loops. Outputs run innermost, which changes no chain.</summary>
public sealed unsafe class DenseScalar(DenseShape shape) : DenseOperator(shape)
{
    private readonly FloatBuffer _weights = new((long)shape.In * shape.Out);
    private readonly FloatBuffer _bias = new(shape.Out);

    private long InStride => RowStride.Of(Shape.In);

    private long OutStride => RowStride.Of(Shape.Out);

    /// <inheritdoc/>
    public override long ScratchLength => 0;

    /// <inheritdoc/>
    public override int ForwardUnits => 1;

    /// <inheritdoc/>
    public override int InputGradientUnits => Shape.In;

    /// <inheritdoc/>
    public override int PackUnits => 1;

    /// <inheritdoc/>
    public override int WeightGradientRows => Math.Min(Shape.In, 16);

    /// <summary>Copies them: the caller's memory may move or change before the products.</summary>
    /// <inheritdoc/>
    public override void PackWeights(int unit, float* weights, float* bias)
    {
        new ReadOnlySpan<float>(weights, checked(Shape.In * Shape.Out)).CopyTo(_weights.Span);
        new ReadOnlySpan<float>(bias, Shape.Out).CopyTo(_bias.Span);
    }

    /// <inheritdoc/>
    public override void Forward(int unit, int rows, float* input, float* output, bool relu, float* scratch)
    {
        for (int n = 0; n < rows; n++)
        {
            float* x = input + (n * InStride);
            float* y = output + (n * OutStride);
            for (int o = 0; o < Shape.Out; o++) y[o] = _bias.Pointer[o];
            for (int i = 0; i < Shape.In; i++)
            {
                float* w = _weights.Pointer + ((long)i * Shape.Out);
                for (int o = 0; o < Shape.Out; o++) y[o] = MathF.FusedMultiplyAdd(x[i], w[o], y[o]);
            }

            for (int o = 0; o < Shape.Out; o++)
            {
                float v = y[o] + 0f;
                y[o] = relu && v < 0f ? 0f : v;
            }
        }
    }

    /// <inheritdoc/>
    public override void InputGradient(int unit, int rows, float* gradOutput, float* gradInput, float* rectified, float* scratch)
    {
        float* w = _weights.Pointer + ((long)unit * Shape.Out);
        for (int n = 0; n < rows; n++)
        {
            float* g = gradOutput + (n * OutStride);
            float sum = 0f;
            for (int o = 0; o < Shape.Out; o++) sum = MathF.FusedMultiplyAdd(g[o], w[o], sum);
            long i = (n * InStride) + unit;
            gradInput[i] = rectified == null || rectified[i] > 0f ? sum + 0f : 0f;
        }
    }

    /// <inheritdoc/>
    public override void WeightGradient(
        int first, int count, int samples, float* input, float* gradOutput, float* gradWeights, bool add, float* scratch)
    {
        for (int i = 0; i < count; i++)
        {
            float* w = gradWeights + ((long)i * Shape.Out);
            for (int o = 0; o < Shape.Out; o++)
            {
                float sum = 0f;
                for (int n = 0; n < samples; n++)
                    sum = MathF.FusedMultiplyAdd(input[(n * InStride) + first + i], gradOutput[(n * OutStride) + o], sum);
                w[o] = add ? w[o] + sum : sum;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _weights.Dispose();
        _bias.Dispose();
        base.Dispose(disposing);
    }
}
