using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>Convolution by register tiles: output positions of a row × two vectors of channels, taps in the definition's order.</summary>
/// <remarks>
/// Legend: oh/ow output position, kh/kw tap, ih/iw input position, ic/oc channel; bytes everywhere in tile strides. Absent rows are skipped; absent
/// columns are read from a copy with +0 columns beside it (weights are finite, so a zero tap adds ±0, which the final <c>+ 0f</c> evens out).
/// Shapes on which these tiles leave lanes or multiply-adds idle go elsewhere, by the estimated work or the shape:
/// <see cref="TiledConv2DPositions{TSimd, TVec}"/> and <see cref="ThreeTapMicrokernel{TSimd, TVec, TRows, TVecs}"/> (forward),
/// <see cref="TiledConv2DPatches{TSimd, TVec}"/> (weight gradient). One group; a dilated window goes tap by tap instead of kernel row by kernel row.
/// </remarks>
internal sealed unsafe partial class TiledConv2D<TSimd, TVec> : Conv2DOperator
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private readonly Conv2DShape _shape;
    private readonly PanelLayout _outputs;
    private readonly FloatBuffer _forwardWeights;
    private readonly FloatBuffer _paddedBias;
    private readonly int _padLeft;
    private readonly int _paddedInW;
    private readonly long _segments;
    private readonly TiledConv2DInputGradient<TSimd, TVec> _inputGradient;
    private readonly TiledConv2DPositions<TSimd, TVec>? _positions;
    private readonly TiledConv2DPatches<TSimd, TVec>? _patches;

    public TiledConv2D(Conv2DShape shape)
        : base(shape)
    {
        shape = _shape = InOneRow(shape);
        _outputs = new PanelLayout(shape.OutC, TSimd.Lanes);
        _forwardWeights = new FloatBuffer((long)shape.KH * shape.KW * shape.InC * _outputs.PaddedExtent);
        _paddedBias = new FloatBuffer(_outputs.PaddedExtent);
        _inputGradient = new TiledConv2DInputGradient<TSimd, TVec>(shape);
        if (!shape.IsDilated && TiledConv2DPositions<TSimd, TVec>.Suits(shape)) _positions = new TiledConv2DPositions<TSimd, TVec>(shape);

        // The right-most column that a window touches; 'valid' windows stay inside, so their input needs no copy.
        _padLeft = shape.IsDilated ? DilatedPadLeft(shape) : shape.PadLeft;
        int touched = shape.IsDilated ? DilatedColumns(shape, _padLeft) : ((shape.OutW - 1) * shape.StrideW) + shape.KW;
        _paddedInW = _padLeft == 0 && touched <= shape.InW ? shape.InW : int.Max(_padLeft + shape.InW, touched);

        if (!JoinsRows && !shape.IsDilated && TiledConv2DPatches<TSimd, TVec>.Suits(shape, CopiesInput)) _patches = new TiledConv2DPatches<TSimd, TVec>(shape);

        // Not on the stack: a kernel of many taps would overflow it.
        _segments = long.Max(_inputGradient.MaxSegments, int.Max(shape.IsDilated ? shape.KH * shape.KW : shape.KH, shape.OutH));
        if (_positions is not null) _segments = long.Max(_segments, TiledConv2DPositions<TSimd, TVec>.MaxSegments(shape));
    }

    /// <inheritdoc/>
    public override long ScratchLength => SegmentsOffset + (_segments * (sizeof(TileSegment) / sizeof(float)));

    /// <inheritdoc/>
    public override int WeightGradientUnits => _patches is null && !JoinsRows ? _shape.KH : 1;

    /// <summary>Where the list of a tile's runs stands in the scratch memory: behind the partial tile and the copies, on a cache line of its own.</summary>
    private long SegmentsOffset
    {
        get
        {
            long copies = long.Max(
                _inputGradient.EdgeLength,
                long.Max(CopiesInput ? (long)_shape.InH * _paddedInW * _shape.InC : 0, (long)_shape.OutH * _shape.OutW * 2 * TSimd.Lanes));
            if (_positions is not null) copies = long.Max(copies, TiledConv2DPositions<TSimd, TVec>.ScratchLength(_shape));
            if (_patches is not null) copies = long.Max(copies, _patches.ScratchLength);
            return (TileRunner<TSimd, TVec>.PartialLength + copies + 15) / 16 * 16;
        }
    }

    /// <summary>Whether chains are so few rows of three taps that the weights of a vector of channels stay in registers.</summary>
    private bool HasThreeTapRows =>
        !_shape.IsDilated && _shape.KW * _shape.InC == 3 && _shape.KH <= ThreeTapRows.MaxKernelRows && _shape.OutC % TSimd.Lanes == 0 && TSimd.MaxTileRows > 6;

    /// <summary>Whether kernel rows are three taps that all exist: several rows then share a tile of the weight gradient, and its loads.</summary>
    private bool JoinsRows => !_shape.IsDilated && _shape.KH > 1 && _shape.KW * _shape.InC == 3 && !CopiesInput && !PadsRows;

    private bool CopiesInput => _paddedInW != _shape.InW;

    private bool PadsRows => _shape.PadTop > 0 || ((_shape.OutH - 1) * _shape.StrideH) + _shape.KH > _shape.InH;

    /// <inheritdoc/>
    public override void PackWeights(float* weights, float* bias)
    {
        Conv2DShape s = _shape;
        _outputs.Pack(weights, (long)s.KH * s.KW * s.InC, _forwardWeights.Pointer);
        new ReadOnlySpan<float>(bias, s.OutC).CopyTo(_paddedBias.Span);
        _inputGradient.PackWeights(weights);
        _positions?.PackWeights(weights, bias);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(float* input, float* output, bool relu, float* scratch)
    {
        TileSegment* segments = (TileSegment*)(scratch + SegmentsOffset);
        if (_positions is not null)
        {
            _positions.Forward(input, output, relu, scratch + TileRunner<TSimd, TVec>.PartialLength, segments);
            return;
        }

        Conv2DShape s = _shape;
        float* padded = CopiesInput ? scratch + TileRunner<TSimd, TVec>.PartialLength : input;
        if (CopiesInput) ColumnPadding.Copy(input, s.InH, s.InW * s.InC, _padLeft * s.InC, padded, _paddedInW * s.InC);
        if (HasThreeTapRows)
        {
            ForwardThreeTaps(padded, output, relu);
            return;
        }

        nint inRow = (nint)_paddedInW * s.InC * sizeof(float);
        for (int panel = 0; panel < _outputs.Count; panel++)
        {
            int width = _outputs.Vectors(panel) * TSimd.Lanes;
            nint weightRow = (nint)s.KW * s.InC * width * sizeof(float);
            Tile tile = default;
            tile.A = (byte*)padded;
            tile.ARow = (nint)s.StrideW * s.InC * sizeof(float);
            tile.AStep = sizeof(float);
            tile.B = (byte*)(_forwardWeights.Pointer + ((long)_outputs.Start(panel) * s.KH * s.KW * s.InC));
            tile.BStep = width * sizeof(float);
            tile.CRow = (nint)s.OutC * sizeof(float);
            tile.Bias = _paddedBias.Pointer + _outputs.Start(panel);
            tile.Segments = segments;
            tile.Length = s.IsDilated ? s.InC : s.KW * s.InC;
            tile.Start = TileStart.Bias;
            tile.Finish = relu ? TileFinish.Relu : TileFinish.AddZero;
            for (int oh = 0; oh < s.OutH; oh++)
            {
                tile.SegmentCount = 0;
                if (s.IsDilated) tile.SegmentCount = ListDilatedTaps(segments, oh, tile.BStep);
                for (int kh = 0; kh < s.KH && !s.IsDilated; kh++)
                {
                    int ih = (oh * s.StrideH) + kh - s.PadTop;
                    if ((uint)ih < (uint)s.InH) segments[tile.SegmentCount++] = new TileSegment(ih * inRow, kh * weightRow);
                }

                tile.C = (byte*)(output + ((long)oh * s.OutW * s.OutC) + _outputs.Start(panel));
                TileRunner<TSimd, TVec>.RunRows(tile, s.OutW, _outputs, panel, scratch);
            }
        }
    }

    /// <inheritdoc/>
    public override void InputGradient(float* gradOutput, float* gradInput, float* rectified, float* scratch) =>
        _inputGradient.Run(
            gradOutput, gradInput, rectified, scratch, scratch + TileRunner<TSimd, TVec>.PartialLength, (TileSegment*)(scratch + SegmentsOffset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightGradient(int unit, float* input, float* gradOutput, float* gradWeights, bool accumulate, float* scratch)
    {
        if (_patches is not null)
        {
            _patches.Run(input, gradOutput, gradWeights, accumulate, scratch + TileRunner<TSimd, TVec>.PartialLength);
            return;
        }

        Conv2DShape s = _shape;
        TileSegment* segments = (TileSegment*)(scratch + SegmentsOffset);
        float* copy = scratch + TileRunner<TSimd, TVec>.PartialLength;
        for (int panel = 0; panel < _outputs.Count; panel++)
        {
            Tile tile = default;
            tile.AStep = (nint)s.StrideW * s.InC * sizeof(float);
            tile.ARow = sizeof(float);
            tile.CRow = (nint)s.OutC * sizeof(float);
            tile.Segments = segments;
            tile.Start = accumulate ? TileStart.Accumulate : TileStart.Zero;
            tile.BStep = (nint)s.OutC * sizeof(float);
            tile.B = (byte*)(gradOutput + _outputs.Start(panel));
            if (_outputs.IsPartial(panel))
            {
                _outputs.PackPanel(panel, gradOutput, s.OutC, (long)s.OutH * s.OutW, copy);
                tile.BStep = _outputs.Vectors(panel) * TSimd.Lanes * sizeof(float);
                tile.B = (byte*)copy;
            }

            float* c = gradWeights + ((long)unit * s.KW * s.InC * s.OutC) + _outputs.Start(panel);
            if (!CopiesInput && !s.IsDilated)
            {
                // Whole windows only: (kw, ic) is one contiguous run of every input row.
                int joined = JoinsRows ? TSimd.MaxTileRows / 3 : 1;
                tile.AGap = JoinsRows ? (((nint)s.InW * s.InC) - 3) * sizeof(float) : 0;
                for (int kh = unit; kh < (JoinsRows ? s.KH : unit + 1); kh += joined)
                {
                    WeightGradientColumns(tile, panel, kh, 0, int.Min(joined, s.KH - kh) * s.KW, 0, s.OutW, input, c, scratch);
                    c += (long)joined * s.KW * s.InC * s.OutC;
                }

                continue;
            }

            for (int kw = 0; kw < s.KW; kw++)
            {
                (int first, int end) = SlidingWindow.Positions(s.InW, s.OutW, s.StrideW, (kw * s.DilationW) - s.PadLeft);
                WeightGradientColumns(tile, panel, unit, kw, 1, first, end, input, c, scratch);
            }
        }
    }

    /// <summary>Where every position stands for itself, rows follow each other like columns: one long row leaves tiles fewer ends.</summary>
    private static Conv2DShape InOneRow(Conv2DShape shape) => shape is { KH: 1, KW: 1, StrideH: 1, StrideW: 1 }
        ? new Conv2DShape(1, checked(shape.InH * shape.InW), shape.InC, 1, 1, shape.OutC)
        : shape;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _forwardWeights.Dispose();
        _paddedBias.Dispose();
        _inputGradient.Dispose();
        _positions?.Dispose();
        _patches?.Dispose();
        base.Dispose(disposing);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardThreeTaps(float* padded, float* output, bool relu)
    {
        Conv2DShape s = _shape;
        int inRow = _paddedInW * s.InC;
        ThreeTapRows rows = default;
        rows.XRow = inRow;
        rows.XStep = (long)s.StrideW * s.InC;
        rows.XGap = ((long)s.StrideH * inRow) - (s.OutW * rows.XStep);
        rows.CStep = s.OutC;
        rows.Count = s.OutW;
        rows.Relu = relu;
        for (int oh = 0; oh < s.OutH; oh += rows.Rows)
        {
            int top = (oh * s.StrideH) - s.PadTop, first = int.Max(0, -top), end = int.Min(s.KH, s.InH - top);
            bool isWhole = end - first == s.KH;
            rows.Rows = isWhole ? int.Min(s.OutH, ((s.InH + s.PadTop - s.KH) / s.StrideH) + 1) - oh : 1;
            rows.X = padded + ((long)(top + first) * inRow);
            for (int panel = 0; panel < _outputs.Count; panel++)
            {
                int start = _outputs.Start(panel), vectors = _outputs.Vectors(panel);
                rows.WeightStep = vectors * TSimd.Lanes;
                rows.Weights = _forwardWeights.Pointer + ((long)start * s.FanIn) + (first * 3 * rows.WeightStep);
                rows.Bias = _paddedBias.Pointer + start;
                rows.C = output + ((long)oh * s.OutW * s.OutC) + start;
                ThreeTapRows.Run<TSimd, TVec>(&rows, end - first, vectors);
            }
        }
    }

    /// <summary>Taps [kw, kw + taps) of a kernel row, over the output columns [first, end) in which they exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WeightGradientColumns(
        Tile tile, int panel, int kh, int kw, int taps, int first, int end, float* input, float* c, float* scratch)
    {
        Conv2DShape s = _shape;
        tile.Length = int.Max(0, end - first);
        tile.SegmentCount = 0;
        nint outRow = s.OutW * tile.BStep;
        for (int oh = 0; oh < s.OutH; oh++)
        {
            int ih = (oh * s.StrideH) + (kh * s.DilationH) - s.PadTop;
            if ((uint)ih >= (uint)s.InH) continue;
            nint x = ((((nint)ih * s.InW) + (first * s.StrideW) + (kw * s.DilationW) - s.PadLeft) * s.InC) * sizeof(float);
            tile.Segments[tile.SegmentCount++] = new TileSegment(x, (oh * outRow) + (first * tile.BStep));
        }

        tile.A = (byte*)input;
        tile.C = (byte*)(c + ((long)kw * s.InC * s.OutC));
        TileRunner<TSimd, TVec>.RunRows(tile, taps * s.InC, _outputs, panel, scratch);
    }
}
