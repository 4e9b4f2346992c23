using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// The input gradient by the same tiles as the forward product: positions × two vectors of input channels. With a stride, input columns fall into
/// stride-many phases, each of which meets its own taps at neighbouring output columns; rows likewise.
/// </summary>
/// <remarks>
/// Interior columns meet all taps of their phase: a tile is a run of them in one row, and absent kernel rows are skipped. An edge column meets only some:
/// its tiles run down the column, over a copy of the few output columns that edges touch with rows of +0 above and below (weights are finite, so a zero tap
/// adds ±0, which the final <c>+ 0f</c> evens out). So the taps that exist are nearly all that is computed.
/// </remarks>
internal sealed unsafe class TiledConv2DInputGradient<TSimd, TVec> : IDisposable
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Fewer interior columns than this leave the multiply-add units waiting for their own results: they go down the columns, too.</summary>
    private const int MinInterior = 4;

    private readonly Conv2DShape _shape;
    private readonly PanelLayout _inputs;
    private readonly FloatBuffer _weights;
    private readonly Phase[] _columns;
    private readonly int _outW;
    private readonly int _edgeLeft;
    private readonly int _edgeColumns;
    private readonly int _zeroRows;
    private readonly int _edgeRows;

    public TiledConv2DInputGradient(Conv2DShape shape)
    {
        _shape = shape;
        _inputs = new PanelLayout(shape.InC, TSimd.Lanes);
        _weights = new FloatBuffer((long)shape.KH * shape.KW * shape.OutC * _inputs.PaddedExtent);
        _outW = shape.OutW;
        _columns = [.. Enumerable.Range(0, int.Min(shape.StrideW, shape.InW)).Select(ColumnPhase)];
        (_edgeLeft, int edgeRight) = EdgeOutputs();
        _edgeColumns = int.Min(_edgeLeft + edgeRight, shape.OutW);
        if (_edgeColumns == shape.OutW) _edgeLeft = shape.OutW;
        (_zeroRows, _edgeRows) = EdgeRows();
    }

    /// <summary>Floats of the copy that edge columns read.</summary>
    public long EdgeLength => (long)_edgeRows * _edgeColumns * _shape.OutC;

    /// <summary>Most runs of a tile: the taps that meet one phase of rows and one of columns.</summary>
    public long MaxSegments => (long)((_shape.KH + _shape.StrideH - 1) / _shape.StrideH) * ((_shape.KW + _shape.StrideW - 1) / _shape.StrideW);

    /// <summary>Packs the weights as [input-channel panel][kh][kw][oc][channel].</summary>
    public void PackWeights(float* weights)
    {
        int taps = _shape.KH * _shape.KW;
        for (int panel = 0; panel < _inputs.Count; panel++)
        {
            float* destination = _weights.Pointer + ((long)_inputs.Start(panel) * taps * _shape.OutC);
            long block = (long)_shape.OutC * _inputs.Vectors(panel) * TSimd.Lanes;
            for (int tap = 0; tap < taps; tap++)
            {
                _inputs.PackPanelTransposed(panel, weights + ((long)tap * _shape.InC * _shape.OutC), _shape.OutC, destination + (tap * block));
            }
        }
    }

    /// <summary>The gradient of one sample's input.</summary>
    /// <param name="gradOutput">outH × outW × outC.</param>
    /// <param name="gradInput">inH × inW × inC, overwritten.</param>
    /// <param name="rectified">The input if ReLU made it, else null.</param>
    /// <param name="partial">Scratch of the tile runner.</param>
    /// <param name="edges"><see cref="EdgeLength"/> floats.</param>
    /// <param name="segments"><see cref="MaxSegments"/> runs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* gradOutput, float* gradInput, float* rectified, float* partial, float* edges, TileSegment* segments)
    {
        CopyEdges(gradOutput, edges);
        Tile tile = default;
        tile.AStep = sizeof(float);
        tile.Length = _shape.OutC;
        tile.Segments = segments;
        tile.Start = TileStart.Zero;
        tile.Finish = rectified == null ? TileFinish.AddZero : TileFinish.ReluGradient;
        tile.Rectified = (nint)((byte*)rectified - (byte*)gradInput);
        for (int panel = 0; panel < _inputs.Count; panel++)
        {
            int width = _inputs.Vectors(panel) * TSimd.Lanes;
            tile.B = (byte*)(_weights.Pointer + ((long)_inputs.Start(panel) * _shape.KH * _shape.KW * _shape.OutC));
            tile.BStep = width * sizeof(float);
            for (int phase = 0; phase < _columns.Length; phase++)
            {
                Interior(tile, panel, phase, gradOutput, gradInput, partial);
                for (int p = 0; p < _columns[phase].First; p++) EdgeColumn(tile, panel, phase, p, edges, gradInput, partial);
                for (int p = _columns[phase].End; p < _columns[phase].Count; p++) EdgeColumn(tile, panel, phase, p, edges, gradInput, partial);
            }
        }
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>The columns that meet all taps of their phase, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Interior(Tile tile, int panel, int phase, float* gradOutput, float* gradInput, float* partial)
    {
        Conv2DShape s = _shape;
        Phase columns = _columns[phase];
        if (columns.First == columns.End) return;
        tile.A = (byte*)gradOutput;
        tile.ARow = (nint)s.OutC * sizeof(float);
        tile.CRow = (nint)s.StrideW * s.InC * sizeof(float);
        float* c = gradInput + (((columns.First * s.StrideW) + phase) * s.InC) + _inputs.Start(panel);
        for (int ih = 0; ih < s.InH; ih++)
        {
            tile.SegmentCount = 0;
            for (int kh = 0; kh < s.KH; kh++)
            {
                int top = ih + s.PadTop - (kh * s.DilationH);
                if (top < 0 || top % s.StrideH != 0 || top / s.StrideH >= s.OutH) continue;
                AddTaps(ref tile, kh, phase, columns.First, columns.First, (top / s.StrideH) * s.OutW);
            }

            tile.C = (byte*)(c + ((long)ih * s.InW * s.InC));
            TileRunner<TSimd, TVec>.RunRows(tile, columns.End - columns.First, _inputs, panel, partial);
        }
    }

    /// <summary>Position <paramref name="p"/> of a phase, all rows of one phase of rows after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EdgeColumn(Tile tile, int panel, int phase, int p, float* edges, float* gradInput, float* partial)
    {
        Conv2DShape s = _shape;
        tile.A = (byte*)edges;
        tile.ARow = (nint)_edgeColumns * s.OutC * sizeof(float);
        tile.CRow = (nint)s.StrideH * s.InW * s.InC * sizeof(float);
        float* c = gradInput + (((p * s.StrideW) + phase) * s.InC) + _inputs.Start(panel);
        for (int rowPhase = 0; rowPhase < int.Min(s.StrideH, s.InH); rowPhase++)
        {
            tile.SegmentCount = 0;
            for (int kh = 0; kh < s.KH; kh++)
            {
                int top = rowPhase + s.PadTop - (kh * s.DilationH);
                if (top % s.StrideH != 0 || !IsReached(top)) continue;
                int row = _zeroRows + (top / s.StrideH);
                AddTaps(ref tile, kh, phase, p, p < _columns[phase].First ? p : p - (s.OutW - _edgeColumns), row * _edgeColumns);
            }

            tile.C = (byte*)(c + ((long)rowPhase * s.InW * s.InC));
            TileRunner<TSimd, TVec>.RunRows(tile, (s.InH - rowPhase + s.StrideH - 1) / s.StrideH, _inputs, panel, partial);
        }
    }

    /// <summary>Lists the taps of a kernel row that exist at a position of a phase.</summary>
    /// <param name="tile">Its segments.</param>
    /// <param name="kh">The kernel row.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="p">The position.</param>
    /// <param name="column">Where output column <paramref name="p"/> stands in a row of A.</param>
    /// <param name="rowStart">Columns of A before the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTaps(ref Tile tile, int kh, int phase, int p, int column, int rowStart)
    {
        nint position = (nint)_shape.OutC * sizeof(float), weights = _shape.OutC * tile.BStep;
        TileSegment* segment = tile.Segments + tile.SegmentCount;
        foreach (Tap tap in _columns[phase].Taps)
        {
            if ((uint)(p + tap.Shift) >= (uint)_outW) continue;
            *segment++ = new TileSegment((rowStart + column + tap.Shift) * position, ((kh * _shape.KW) + tap.KW) * weights);
        }

        tile.SegmentCount = (int)(segment - tile.Segments);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyEdges(float* gradOutput, float* edges)
    {
        Conv2DShape s = _shape;
        int left = _edgeLeft * s.OutC, rowLength = _edgeColumns * s.OutC;
        if (rowLength == 0) return;
        new Span<float>(edges, _zeroRows * rowLength).Clear();
        float* row = edges + ((long)_zeroRows * rowLength);
        for (int oh = 0; oh < s.OutH; oh++, gradOutput += s.OutW * s.OutC, row += rowLength)
        {
            new ReadOnlySpan<float>(gradOutput, left).CopyTo(new Span<float>(row, rowLength));
            new ReadOnlySpan<float>(gradOutput + (s.OutW * s.OutC) - (rowLength - left), rowLength - left).CopyTo(new Span<float>(row + left, rowLength));
        }

        new Span<float>(row, (_edgeRows - _zeroRows - s.OutH) * rowLength).Clear();
    }

    private Phase ColumnPhase(int phase)
    {
        Tap[] taps = [.. Enumerable.Range(0, _shape.KW).Select(kw => new Tap(kw, phase + _shape.PadLeft - (kw * _shape.DilationW)))
            .Where(tap => tap.Shift % _shape.StrideW == 0 && (!_shape.IsDilated || (tap.Shift > -_shape.InW && tap.Shift < _outW)))
            .Select(tap => tap with { Shift = tap.Shift / _shape.StrideW })];
        int count = (_shape.InW - phase + _shape.StrideW - 1) / _shape.StrideW, first = 0, end = count;
        foreach (Tap tap in taps)
        {
            first = int.Max(first, -tap.Shift);
            end = int.Min(end, _outW - tap.Shift);
        }

        bool down = end - first < MinInterior && (first > 0 || end < count);
        return down ? new Phase(taps, count, count, count) : new Phase(taps, first, end, count);
    }

    /// <summary>Whether a kernel row that links the first input row to output row <paramref name="top"/> links any; without dilation each does.</summary>
    private bool IsReached(int top) => !_shape.IsDilated || (top > -_shape.InH && top < _shape.OutH);

    /// <summary>How many output columns from the left and from the right edge columns touch.</summary>
    private (int Left, int Right) EdgeOutputs()
    {
        int left = 0, right = 0;
        foreach (Phase columns in _columns)
        {
            foreach (Tap tap in columns.Taps)
            {
                left = int.Max(left, int.Min(_outW, columns.First + tap.Shift));
                if (columns.End < columns.Count) right = int.Max(right, int.Min(_outW, _outW - columns.End - tap.Shift));
            }
        }

        return (left, right);
    }

    /// <summary>Rows of +0 above the edges' output rows, and rows in all.</summary>
    private (int Above, int All) EdgeRows()
    {
        int smallest = 0, largest = _shape.OutH - 1;
        for (int phase = 0; phase < int.Min(_shape.StrideH, _shape.InH); phase++)
        {
            for (int kh = 0; kh < _shape.KH; kh++)
            {
                int top = phase + _shape.PadTop - (kh * _shape.DilationH);
                if (top % _shape.StrideH != 0 || !IsReached(top)) continue;
                int shift = top / _shape.StrideH;
                smallest = int.Min(smallest, shift);
                largest = int.Max(largest, ((_shape.InH - phase + _shape.StrideH - 1) / _shape.StrideH) - 1 + shift);
            }
        }

        return (-smallest, largest + 1 - smallest);
    }

    /// <summary>Kernel column <paramref name="KW"/>, which links the first input column of a phase to output column <paramref name="Shift"/>.</summary>
    private readonly record struct Tap(int KW, int Shift);

    /// <summary>
    /// Input columns phase, phase + stride, …: <paramref name="Count"/> of them, which only the taps meet; those in [First, End) meet all of the taps.
    /// </summary>
    private sealed record Phase(Tap[] Taps, int First, int End, int Count);
}
