using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Elementwise;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Dense;

/// <summary>The three dense products by register tiles; weights are packed once per step, as they are and transposed.</summary>
internal sealed unsafe class TiledDense<TSimd, TVec> : DenseOperator
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Inputs of one block of the forward product: as many rows of a panel as a part of the second-level cache holds beside the samples.</summary>
    private const int ForwardBlock = 1024;

    /// <summary>Samples of one block of the weight gradient: so many inputs and gradients fit the first-level cache.</summary>
    private const int PackedSamples = 128;

    /// <summary>Rows of one unit of the weight gradient: two cache lines of every sample's input.</summary>
    private const int GradientRows = 32;

    private readonly PanelLayout _outputs;
    private readonly PanelLayout _inputs;
    private readonly FloatBuffer _weights;
    private readonly FloatBuffer _transposed;
    private readonly FloatBuffer _paddedBias;
    private readonly int _inStride;
    private readonly int _outStride;

    public TiledDense(DenseShape shape)
        : base(shape)
    {
        _outputs = new PanelLayout(shape.Out, TSimd.Lanes);
        _inputs = new PanelLayout(shape.In, TSimd.Lanes);
        _weights = new FloatBuffer((long)shape.In * _outputs.PaddedExtent);
        _transposed = new FloatBuffer((long)shape.Out * _inputs.PaddedExtent);
        _paddedBias = new FloatBuffer(_outputs.PaddedExtent);
        _inStride = RowStride.Of(shape.In);
        _outStride = RowStride.Of(shape.Out);
    }

    /// <inheritdoc/>
    public override long ScratchLength => SumsOffset + ((long)GradientRows * Shape.Out);

    /// <summary>Where the packed gradients of a partial panel, the packed inputs and the sums of several blocks stand in the scratch memory.</summary>
    private static int GradientsOffset => TileRunner<TSimd, TVec>.PartialLength;

    private static int InputsOffset => GradientsOffset + (PackedSamples * 2 * TSimd.Lanes);

    private static int SumsOffset => InputsOffset + (PackedSamples * GradientRows);

    /// <inheritdoc/>
    public override int ForwardUnits => _outputs.Count;

    /// <inheritdoc/>
    public override int InputGradientUnits => _inputs.Count;

    /// <inheritdoc/>
    public override int PackUnits => _outputs.Count + _inputs.Count;

    /// <inheritdoc/>
    public override int WeightGradientRows => int.Min(Shape.In, GradientRows);

    /// <inheritdoc/>
    public override void PackWeights(int unit, float* weights, float* bias)
    {
        if (unit == 0) new ReadOnlySpan<float>(bias, Shape.Out).CopyTo(_paddedBias.Span);
        if (unit < _outputs.Count)
        {
            _outputs.PackPanel(unit, weights, Shape.Out, Shape.In, _weights.Pointer + ((long)_outputs.Start(unit) * Shape.In));
            return;
        }

        int panel = unit - _outputs.Count;
        _inputs.PackPanelTransposed(panel, weights, Shape.Out, _transposed.Pointer + ((long)_inputs.Start(panel) * Shape.Out));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int unit, int rows, float* input, float* output, bool relu, float* scratch)
    {
        float* weights = _weights.Pointer + ((long)_outputs.Start(unit) * Shape.In);
        int width = _outputs.Vectors(unit) * TSimd.Lanes;
        for (int first = 0; first < Shape.In; first += ForwardBlock)
        {
            int length = int.Min(ForwardBlock, Shape.In - first);
            bool last = first + length == Shape.In;
            Tile tile = RowTile(input + first, _inStride, output + _outputs.Start(unit), _outStride, length);
            tile.B = (byte*)(weights + ((long)first * width));
            tile.BStep = width * sizeof(float);
            tile.Bias = _paddedBias.Pointer + _outputs.Start(unit);
            tile.Start = first == 0 ? TileStart.Bias : TileStart.Accumulate;
            tile.Finish = !last ? TileFinish.None : relu ? TileFinish.Relu : TileFinish.AddZero;
            RunWhole(tile, rows, _outputs, unit, scratch);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void InputGradient(int unit, int rows, float* gradOutput, float* gradInput, float* rectified, float* scratch)
    {
        Tile tile = RowTile(gradOutput, _outStride, gradInput + _inputs.Start(unit), _inStride, Shape.Out);
        tile.B = (byte*)(_transposed.Pointer + ((long)_inputs.Start(unit) * Shape.Out));
        tile.BStep = _inputs.Vectors(unit) * TSimd.Lanes * sizeof(float);
        tile.Start = TileStart.Zero;
        tile.Finish = rectified == null ? TileFinish.AddZero : TileFinish.ReluGradient;
        tile.Rectified = (nint)((byte*)rectified - (byte*)gradInput);
        RunWhole(tile, rows, _inputs, unit, scratch);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightGradient(
        int first, int count, int samples, float* input, float* gradOutput, float* gradWeights, bool add, float* scratch)
    {
        // Several blocks of samples: the chain is whole only after the last, so it cannot grow on top of what stands there.
        bool apart = add && samples > PackedSamples;
        float* sums = apart ? scratch + SumsOffset : gradWeights, inputs = scratch + InputsOffset;
        for (int done = 0; done < samples; done += PackedSamples)
        {
            int block = int.Min(PackedSamples, samples - done);
            CopyRows(input + ((long)done * _inStride) + first, _inStride, inputs, count, block);
            Tile tile = default;
            tile.A = (byte*)inputs;
            tile.ARow = sizeof(float);
            tile.AStep = (nint)count * sizeof(float);
            tile.CRow = (nint)Shape.Out * sizeof(float);
            tile.Length = block;
            tile.Start = done == 0 ? TileStart.Zero : TileStart.Accumulate;
            tile.Finish = add && !apart ? TileFinish.AddToOutput : TileFinish.None;
            for (int panel = 0; panel < _outputs.Count; panel++)
            {
                float* gradients = gradOutput + ((long)done * _outStride);
                tile.C = (byte*)(sums + _outputs.Start(panel));
                tile.B = (byte*)(gradients + _outputs.Start(panel));
                tile.BStep = (nint)_outStride * sizeof(float);
                if (_outputs.IsPartial(panel))
                {
                    // Whole vectors would reach beyond the last sample's gradient.
                    _outputs.PackPanel(panel, gradients, _outStride, block, scratch + GradientsOffset);
                    tile.B = (byte*)(scratch + GradientsOffset);
                    tile.BStep = _outputs.Vectors(panel) * TSimd.Lanes * sizeof(float);
                }

                RunWhole(tile, count, _outputs, panel, scratch);
            }
        }

        if (apart) Sums<TSimd, TVec>.Add(sums, gradWeights, (long)count * Shape.Out);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _weights.Dispose();
        _transposed.Dispose();
        _paddedBias.Dispose();
        base.Dispose(disposing);
    }

    private static Tile RowTile(float* a, int aStride, float* c, int cStride, int length)
    {
        Tile tile = default;
        tile.A = (byte*)a;
        tile.ARow = (nint)aStride * sizeof(float);
        tile.AStep = sizeof(float);
        tile.C = (byte*)c;
        tile.CRow = (nint)cStride * sizeof(float);
        tile.Length = length;
        return tile;
    }

    /// <summary>Copies <paramref name="count"/> columns of some rows. The rows are far apart, where no processor sees a pattern: they are asked for
    /// ahead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* source, int sourceStride, float* destination, int count, int rows)
    {
        const int ahead = 16;
        for (int row = 0; row < rows; row++, source += sourceStride, destination += count)
        {
            if (Sse.IsSupported)
            {
                // Nothing happens where no memory is.
                Sse.Prefetch0(source + ((long)ahead * sourceStride));
                Sse.Prefetch0(source + ((long)ahead * sourceStride) + (GradientRows / 2));
            }

            TileRunner<TSimd, TVec>.CopyRow(source, destination, count);
        }
    }

    private static void RunWhole(Tile tile, int rows, PanelLayout layout, int panel, float* scratch)
    {
        TileSegment whole = default;
        tile.Segments = &whole;
        tile.SegmentCount = 1;
        TileRunner<TSimd, TVec>.RunRows(tile, rows, layout, panel, scratch);
    }
}
