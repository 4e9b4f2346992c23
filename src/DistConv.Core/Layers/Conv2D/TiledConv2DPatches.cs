using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// The weight gradient over patches: for every output row a copy of the input in which what a window covers is one run (kw, kh, ic), so that the taps of
/// the whole kernel share a tile. The lanes are output channels where these fill vectors, else taps.
/// </summary>
/// <remarks>
/// A window's next neighbour begins strideW columns further in the same copy, and the next row's copy is this one moved by strideH input rows, with the
/// rows that are new put in between. Taps in the padding stay undefined there; runs that meet some carry a mask.
/// </remarks>
internal sealed unsafe class TiledConv2DPatches<TSimd, TVec> : IDisposable
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    // Copies of a block of output rows: 24 KB, which leaves room for the gradient's rows in 32 KB of first-level cache.
    private const int BlockLength = 6144;

    private readonly Conv2DShape _shape;
    private readonly int _columnLength;
    private readonly long _rowLength;
    private readonly int _blockRows;
    private readonly int _taps;
    private readonly int _sumRow;
    private readonly FloatBuffer _masks;
    private readonly int[] _maskRows;
    private readonly FloatBuffer _runs;
    private readonly int[] _rowRuns;

    public TiledConv2DPatches(Conv2DShape shape)
    {
        _shape = shape;
        TapsAreLanes = LaneCost(shape) <= ChannelCost(shape);
        _columnLength = shape.KH * shape.InC;
        _rowLength = RowLength(shape);
        _blockRows = (int)long.Clamp(BlockLength / _rowLength, 1, shape.OutH);
        _taps = shape.FanIn;
        _sumRow = TapsAreLanes ? PaddedTaps(shape) : shape.OutC;
        _maskRows = new int[shape.OutH];
        int masks = 1;
        for (int oh = 0; oh < shape.OutH; oh++) _maskRows[oh] = IsWholeRow(shape, oh) ? 0 : masks++;
        _masks = new FloatBuffer((masks * _rowLength) + (2 * TSimd.Lanes));
        for (int oh = 0; oh < shape.OutH; oh++) FillMask(oh);
        _rowRuns = new int[shape.OutH + 1];
        _runs = new FloatBuffer(3L * shape.OutH * (sizeof(PatchRun) / sizeof(float)));
        ListRuns();
    }

    /// <summary>Whether the lanes are taps, not output channels.</summary>
    public bool TapsAreLanes { get; }

    /// <summary>Floats of scratch: a block of patches and the sums.</summary>
    public long ScratchLength => SumsOffset + SumsLength;

    private long SumsOffset => (_blockRows * _rowLength) + (2 * TSimd.Lanes);

    private long SumsLength => (long)(TapsAreLanes ? _shape.OutC : _taps) * _sumRow;

    /// <summary>Whether it takes less work than tiles of a single kernel row, or of a single tap where windows reach into the padding.</summary>
    public static bool Suits(Conv2DShape shape, bool cutsColumns)
    {
        if (shape.OutH < 1 || shape.OutW < 1) return false;
        int vectors = (shape.OutC + TSimd.Lanes - 1) / TSimd.Lanes;
        long rowwise = shape.KH * (cutsColumns ? shape.KW * Work(shape, shape.InC, vectors) : Work(shape, shape.KW * shape.InC, vectors));
        return long.Min(LaneCost(shape), ChannelCost(shape)) < rowwise;
    }

    /// <summary>Goes on with all chains over one sample.</summary>
    /// <param name="input">inH × inW × inC.</param>
    /// <param name="gradOutput">outH × outW × outC.</param>
    /// <param name="gradWeights">kH × kW × inC × outC.</param>
    /// <param name="accumulate">False to start at +0.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(float* input, float* gradOutput, float* gradWeights, bool accumulate, float* scratch)
    {
        Conv2DShape s = _shape;
        float* sums = scratch + SumsOffset;
        if (accumulate) PatchSums<TSimd, TVec>.Load(s, TapsAreLanes, _sumRow, gradWeights, sums);
        else new Span<float>(sums, checked((int)SumsLength)).Clear();

        PatchTile tile = default;
        tile.ARow = sizeof(float);
        tile.CRow = (nint)_sumRow * sizeof(float);
        tile.Masks = (nint)((byte*)_masks.Pointer - (byte*)scratch);
        nint patchStep = (nint)s.StrideW * _columnLength * sizeof(float), gradientStep = (nint)s.OutC * sizeof(float);
        (tile.AStep, tile.BStep) = TapsAreLanes ? (gradientStep, patchStep) : (patchStep, gradientStep);
        float* a = TapsAreLanes ? gradOutput : scratch, b = TapsAreLanes ? scratch : gradOutput;
        int rows = TapsAreLanes ? s.OutC : _taps;
        for (int first = 0; first < s.OutH; first += _blockRows)
        {
            int end = int.Min(s.OutH, first + _blockRows);
            CopyPatches(input, scratch, first, end);
            tile.Runs = (PatchRun*)_runs.Pointer + _rowRuns[first];
            tile.RunCount = _rowRuns[end] - _rowRuns[first];
            for (int column = 0; column < _sumRow; column += 2 * TSimd.Lanes)
            {
                int vectors = column + TSimd.Lanes < _sumRow ? 2 : 1;
                tile.B = (byte*)(b + column);
                for (int row = 0; row < rows;)
                {
                    int count = TileTable<TSimd, TVec>.NextRows(rows - row);
                    tile.A = (byte*)(a + row);
                    tile.C = (byte*)(sums + ((long)row * _sumRow) + column);
                    if (TapsAreLanes) PatchTable<TSimd, TVec, PatchLanes>.Run(&tile, count, vectors);
                    else PatchTable<TSimd, TVec, PatchRows>.Run(&tile, count, vectors);
                    row += count;
                }
            }
        }

        PatchSums<TSimd, TVec>.Store(s, TapsAreLanes, _sumRow, gradWeights, sums);
    }

    public void Dispose()
    {
        _masks.Dispose();
        _runs.Dispose();
    }

    /// <summary>Vector operations with taps as lanes; sums are transposed on their way in and out.</summary>
    private static long LaneCost(Conv2DShape shape) =>
        Work(shape, shape.OutC, PaddedTaps(shape) / TSimd.Lanes) + (3L * shape.KernelSize) + CopyCost(shape);

    /// <summary>Vector operations with output channels as lanes, which must fill their vectors.</summary>
    private static long ChannelCost(Conv2DShape shape) =>
        shape.OutC % TSimd.Lanes != 0
            ? long.MaxValue
            : Work(shape, shape.FanIn, shape.OutC / TSimd.Lanes) + (4L * shape.KernelSize / TSimd.Lanes) + CopyCost(shape);

    private static long CopyCost(Conv2DShape shape) => shape.OutH * RowLength(shape) / 4;

    /// <summary>Multiply-adds of tiles over all positions, at least as many as hide their latency, and the loads of their vectors.</summary>
    private static long Work(Conv2DShape shape, int rows, int vectors)
    {
        int tiles = (rows + TSimd.MaxTileRows - 1) / TSimd.MaxTileRows, tileRows = (rows + tiles - 1) / tiles;
        int panels = (vectors + 1) / 2, width = int.Min(2, vectors);
        return (long)shape.OutH * shape.OutW * tiles * panels * (int.Max(tileRows * width, 4) + width);
    }

    private static int PaddedTaps(Conv2DShape shape) => (shape.FanIn + TSimd.Lanes - 1) / TSimd.Lanes * TSimd.Lanes;

    private static long RowLength(Conv2DShape shape) => (((long)(shape.OutW - 1) * shape.StrideW) + shape.KW) * shape.KH * shape.InC;

    private static bool IsWholeRow(Conv2DShape shape, int oh)
    {
        int top = (oh * shape.StrideH) - shape.PadTop;
        return top >= 0 && top + shape.KH <= shape.InH;
    }

    /// <summary>The output columns whose windows lie within the input's columns.</summary>
    private static (int First, int End) WholeColumns(Conv2DShape shape)
    {
        int first = int.Min((shape.PadLeft + shape.StrideW - 1) / shape.StrideW, shape.OutW);
        int last = shape.InW + shape.PadLeft - shape.KW;
        int end = last < 0 ? 0 : int.Min((last / shape.StrideW) + 1, shape.OutW);
        return (first, int.Max(first, end));
    }

    private void FillMask(int oh)
    {
        Conv2DShape s = _shape;
        float* mask = _masks.Pointer + (_maskRows[oh] * _rowLength);
        for (long column = 0; column < _rowLength / _columnLength; column++)
        {
            long iw = column - s.PadLeft;
            for (int kh = 0; kh < s.KH; kh++, mask += s.InC)
            {
                bool exists = iw >= 0 && iw < s.InW && (uint)((oh * s.StrideH) + kh - s.PadTop) < (uint)s.InH;
                new Span<float>(mask, s.InC).Fill(exists ? 1f : 0f);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyPatches(float* input, float* patches, int first, int end)
    {
        Conv2DShape s = _shape;
        for (int oh = first; oh < end; oh++, patches += _rowLength)
        {
            int kh = 0;
            if (oh > first && s.StrideH < s.KH)
            {
                // In whole vectors: what they write too much belongs to the next row, or is read by nobody.
                kh = s.KH - s.StrideH;
                float* from = patches - _rowLength + (s.StrideH * s.InC);
                for (long i = 0; i < _rowLength; i += TSimd.Lanes) TSimd.Store(patches + i, TSimd.Load(from + i));
            }

            for (; kh < s.KH; kh++)
            {
                int ih = (oh * s.StrideH) + kh - s.PadTop;
                if ((uint)ih < (uint)s.InH) CopyRow(input + ((long)ih * s.InW * s.InC), patches + ((long)s.PadLeft * _columnLength) + (kh * s.InC));
            }
        }
    }

    /// <summary>Puts an input row into one kernel row of the windows' columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyRow(float* row, float* patches)
    {
        int channels = _shape.InC, step = _columnLength;
        float* end = row + (long.Min(_shape.InW, (_rowLength / step) - _shape.PadLeft) * channels);
        if (channels == 1)
        {
            for (; row < end; row++, patches += step) *patches = *row;
            return;
        }

        for (; row < end; row += channels, patches += step)
        {
            for (int ic = 0; ic < channels; ic++) patches[ic] = row[ic];
        }
    }

    /// <summary>The positions of every output row: those at the edges apart, if their windows reach into the padding.</summary>
    private void ListRuns()
    {
        int count = 0;
        (int wholeFirst, int wholeEnd) = WholeColumns(_shape);
        for (int oh = 0; oh < _shape.OutH; oh++)
        {
            if (_maskRows[oh] != 0)
            {
                AddRun(ref count, oh, 0, _shape.OutW, hasAllTaps: false);
            }
            else
            {
                AddRun(ref count, oh, 0, wholeFirst, hasAllTaps: false);
                AddRun(ref count, oh, wholeFirst, wholeEnd, hasAllTaps: true);
                AddRun(ref count, oh, wholeEnd, _shape.OutW, hasAllTaps: false);
            }

            _rowRuns[oh + 1] = count;
        }
    }

    private void AddRun(ref int count, int oh, int first, int end, bool hasAllTaps)
    {
        if (first >= end) return;
        nint row = (nint)(oh % _blockRows * _rowLength) * sizeof(float);
        nint patch = row + ((nint)first * _shape.StrideW * _columnLength * sizeof(float));
        nint gradient = (((nint)oh * _shape.OutW) + first) * _shape.OutC * sizeof(float);
        nint mask = hasAllTaps ? PatchRun.AllTaps : ((nint)(_maskRows[oh] * _rowLength) * sizeof(float)) - row;
        (nint a, nint b) = TapsAreLanes ? (gradient, patch) : (patch, gradient);
        ((PatchRun*)_runs.Pointer)[count++] = new PatchRun(a, b, mask, end - first);
    }
}
