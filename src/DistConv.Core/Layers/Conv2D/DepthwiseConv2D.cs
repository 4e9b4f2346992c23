using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// A convolution with a group for each input channel: every output reads one channel, so the lanes are channels, and a chain is as long as there are taps.
/// </summary>
/// <remarks>
/// Where a channel has several outputs (the depth multiplier), the forward product and the weight gradient read a copy of the input that has it as often, and
/// the input gradient a copy of the output's gradient with a plane for each of the outputs, in whose order (kh, kw, m) its chains run.
/// </remarks>
internal sealed unsafe class DepthwiseConv2D<TSimd, TVec> : Conv2DOperator
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private readonly int _multiplier;
    private readonly TapTable _outputs;
    private readonly TapTable _inputs;
    private readonly FloatBuffer _weights;
    private readonly FloatBuffer _planes;
    private readonly FloatBuffer _bias;

    public DepthwiseConv2D(Conv2DShape shape)
        : base(shape)
    {
        _multiplier = shape.OutC / shape.InC;
        _outputs = TapTable.OfOutputs(shape);
        _inputs = TapTable.OfInputs(shape);
        _weights = new FloatBuffer(shape.KernelSize);
        _planes = new FloatBuffer(shape.KernelSize);
        _bias = new FloatBuffer(shape.OutC);
    }

    /// <summary>The copy: see the remarks.</summary>
    public override long ScratchLength =>
        _multiplier == 1 ? 0 : long.Max((long)Shape.InH * Shape.InW * Shape.OutC, Shape.OutputSize);

    /// <summary>The rows of the kernel; all of them at once where the input has to be copied first.</summary>
    public override int WeightGradientUnits => _multiplier == 1 ? Shape.KH : 1;

    /// <inheritdoc/>
    public override void PackWeights(float* weights, float* bias)
    {
        new ReadOnlySpan<float>(weights, Shape.KernelSize).CopyTo(_weights.Span);
        new ReadOnlySpan<float>(bias, Shape.OutC).CopyTo(_bias.Span);
        Split(weights, Shape.KH * Shape.KW, _planes.Pointer, Shape.OutC, Shape.InC);
    }

    /// <inheritdoc/>
    public override void Forward(float* input, float* output, bool relu, float* scratch)
    {
        DepthwiseSums sums = new()
        {
            Source = Repeated(input, scratch),
            SourceColumns = Shape.InW,
            Weights = _weights.Pointer,
            Planes = 1,
            Channels = Shape.OutC,
            Bias = _bias.Pointer,
            Relu = relu,
        };
        sums.Run<TSimd, TVec>(_outputs, output);
    }

    /// <inheritdoc/>
    public override void InputGradient(float* gradOutput, float* gradInput, float* rectified, float* scratch)
    {
        bool isSplit = _multiplier > 1;
        int positions = Shape.OutH * Shape.OutW;
        if (isSplit) Split(gradOutput, positions, scratch, Shape.InC, (long)positions * Shape.InC);
        DepthwiseSums sums = new()
        {
            Source = isSplit ? scratch : gradOutput,
            SourceColumns = Shape.OutW,
            SourcePlane = (long)positions * Shape.InC,
            Weights = _planes.Pointer,
            Planes = _multiplier,
            Channels = Shape.InC,
            Rectified = rectified,
        };
        sums.Run<TSimd, TVec>(_inputs, gradInput);
    }

    /// <inheritdoc/>
    public override void WeightGradient(int unit, float* input, float* gradOutput, float* gradWeights, bool accumulate, float* scratch)
    {
        float* x = Repeated(input, scratch);
        int first = _multiplier == 1 ? unit : 0, end = _multiplier == 1 ? unit + 1 : Shape.KH;
        for (int kh = first; kh < end; kh++)
        {
            for (int kw = 0; kw < Shape.KW; kw++)
            {
                float* sums = gradWeights + ((((long)kh * Shape.KW) + kw) * Shape.OutC);
                int channel = DepthwiseGradient<TSimd, TVec>.Run(Shape, kh, kw, 0, x, gradOutput, sums, accumulate);
                DepthwiseGradient<ScalarSimd, float>.Run(Shape, kh, kw, channel, x, gradOutput, sums, accumulate);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _weights.Dispose();
        _planes.Dispose();
        _bias.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The input with every channel as often as it has outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float* Repeated(float* input, float* copy)
    {
        if (_multiplier == 1) return input;
        float* to = copy;
        for (int i = 0; i < Shape.InputSize; i++)
        {
            for (int m = 0; m < _multiplier; m++) *to++ = input[i];
        }

        return copy;
    }

    /// <summary>Takes the outputs of each channel apart: value m of channel c goes into plane m.</summary>
    /// <param name="values">rows × outC.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="planes">The planes, overwritten.</param>
    /// <param name="planeRow">Floats from a plane's row to its next.</param>
    /// <param name="plane">Floats from a plane to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Split(float* values, int rows, float* planes, long planeRow, long plane)
    {
        for (int row = 0; row < rows; row++, planes += planeRow)
        {
            for (int c = 0; c < Shape.InC; c++)
            {
                for (int m = 0; m < _multiplier; m++) planes[(m * plane) + c] = *values++;
            }
        }
    }
}
