using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Shapes;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>The three dense products by register tiles; weights are packed once per step, as they are and transposed.</summary>
internal sealed unsafe class TiledDense<TSimd, TVec> : DenseOperator
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Samples whose output gradients are packed at once for a partial panel.</summary>
    private const int PackedSamples = 64;

    private readonly PanelLayout _outputs;
    private readonly PanelLayout _inputs;
    private readonly FloatBuffer _weights;
    private readonly FloatBuffer _transposed;
    private readonly FloatBuffer _paddedBias;

    public TiledDense(DenseShape shape)
        : base(shape)
    {
        _outputs = new PanelLayout(shape.Out, TSimd.Lanes);
        _inputs = new PanelLayout(shape.In, TSimd.Lanes);
        _weights = new FloatBuffer((long)shape.In * _outputs.PaddedExtent);
        _transposed = new FloatBuffer((long)shape.Out * _inputs.PaddedExtent);
        _paddedBias = new FloatBuffer(_outputs.PaddedExtent);
    }

    /// <inheritdoc/>
    public override long ScratchLength => TileRunner<TSimd, TVec>.PartialLength + (PackedSamples * 2 * TSimd.Lanes);

    /// <inheritdoc/>
    public override int ForwardUnits => _outputs.Count;

    /// <inheritdoc/>
    public override int InputGradientUnits => _inputs.Count;

    /// <inheritdoc/>
    public override int PackUnits => _outputs.Count + _inputs.Count;

    /// <inheritdoc/>
    public override int WeightGradientRows => int.Min(Shape.In, TSimd.MaxTileRows);

    /// <inheritdoc/>
    public override void PackWeights(int unit, float* weights, float* bias)
    {
        if (unit == 0) new ReadOnlySpan<float>(bias, Shape.Out).CopyTo(_paddedBias.Span);
        if (unit < _outputs.Count)
        {
            _outputs.PackPanel(unit, weights, Shape.In, _weights.Pointer + ((long)_outputs.Start(unit) * Shape.In));
            return;
        }

        int panel = unit - _outputs.Count;
        _inputs.PackPanelTransposed(panel, weights, Shape.Out, _transposed.Pointer + ((long)_inputs.Start(panel) * Shape.Out));
    }

    /// <inheritdoc/>
    public override void Forward(int unit, int rows, float* input, float* output, bool relu, float* scratch)
    {
        Tile tile = RowTile(input, Shape.In, output + _outputs.Start(unit), Shape.Out);
        tile.B = (byte*)(_weights.Pointer + ((long)_outputs.Start(unit) * Shape.In));
        tile.BStep = _outputs.Vectors(unit) * TSimd.Lanes * sizeof(float);
        tile.Bias = _paddedBias.Pointer + _outputs.Start(unit);
        tile.Start = TileStart.Bias;
        tile.Finish = relu ? TileFinish.Relu : TileFinish.AddZero;
        RunWhole(tile, rows, _outputs, unit, scratch);
    }

    /// <inheritdoc/>
    public override void InputGradient(int unit, int rows, float* gradOutput, float* gradInput, float* scratch)
    {
        Tile tile = RowTile(gradOutput, Shape.Out, gradInput + _inputs.Start(unit), Shape.In);
        tile.B = (byte*)(_transposed.Pointer + ((long)_inputs.Start(unit) * Shape.Out));
        tile.BStep = _inputs.Vectors(unit) * TSimd.Lanes * sizeof(float);
        tile.Start = TileStart.Zero;
        tile.Finish = TileFinish.AddZero;
        RunWhole(tile, rows, _inputs, unit, scratch);
    }

    /// <inheritdoc/>
    public override void WeightGradient(int first, int count, int samples, float* input, float* gradOutput, float* gradWeights, float* scratch)
    {
        Tile tile = default;
        tile.A = (byte*)(input + first);
        tile.ARow = sizeof(float);
        tile.AStep = (nint)Shape.In * sizeof(float);
        tile.CRow = (nint)Shape.Out * sizeof(float);
        tile.Length = samples;
        tile.Start = TileStart.Zero;
        for (int panel = 0; panel < _outputs.Count; panel++)
        {
            tile.C = (byte*)(gradWeights + _outputs.Start(panel));
            if (!_outputs.IsPartial(panel))
            {
                tile.B = (byte*)(gradOutput + _outputs.Start(panel));
                tile.BStep = (nint)Shape.Out * sizeof(float);
                RunWhole(tile, count, _outputs, panel, scratch);
                continue;
            }

            // Whole vectors would reach beyond the last sample's gradient: go through a packed copy, block by block; the chain goes on.
            float* packed = scratch + TileRunner<TSimd, TVec>.PartialLength;
            tile.B = (byte*)packed;
            tile.BStep = _outputs.Vectors(panel) * TSimd.Lanes * sizeof(float);
            for (int done = 0; done < samples; done += PackedSamples)
            {
                tile.Length = int.Min(PackedSamples, samples - done);
                tile.A = (byte*)(input + first + ((long)done * Shape.In));
                tile.Start = done == 0 ? TileStart.Zero : TileStart.Accumulate;
                _outputs.PackPanel(panel, gradOutput + ((long)done * Shape.Out), tile.Length, packed);
                RunWhole(tile, count, _outputs, panel, scratch);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _weights.Dispose();
        _transposed.Dispose();
        _paddedBias.Dispose();
        base.Dispose(disposing);
    }

    private static Tile RowTile(float* a, int aColumns, float* c, int cColumns)
    {
        Tile tile = default;
        tile.A = (byte*)a;
        tile.ARow = (nint)aColumns * sizeof(float);
        tile.AStep = sizeof(float);
        tile.C = (byte*)c;
        tile.CRow = (nint)cColumns * sizeof(float);
        tile.Length = aColumns;
        return tile;
    }

    private static void RunWhole(Tile tile, int rows, PanelLayout layout, int panel, float* scratch)
    {
        TileSegment whole = default;
        tile.Segments = &whole;
        tile.SegmentCount = 1;
        TileRunner<TSimd, TVec>.RunRows(tile, rows, layout, panel, scratch);
    }
}
