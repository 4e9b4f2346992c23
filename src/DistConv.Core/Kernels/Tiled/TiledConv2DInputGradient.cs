using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Shapes;

namespace DistConv.Core.Kernels.Tiled;

/// <summary>
/// The input gradient by the same tiles as the forward product: positions of an input row × two vectors of input channels. With a stride, the input
/// columns fall into stride-many phases, each of which meets its own taps at neighbouring output columns.
/// </summary>
internal sealed unsafe class TiledConv2DInputGradient<TSimd, TVec> : IDisposable
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private readonly Conv2DShape _shape;
    private readonly PanelLayout _inputs;
    private readonly FloatBuffer _weights;
    private readonly int _padLeft;
    private readonly int _paddedOutW;

    public TiledConv2DInputGradient(Conv2DShape shape)
    {
        _shape = shape;
        _inputs = new PanelLayout(shape.InC, TSimd.Lanes);
        _weights = new FloatBuffer((long)shape.KH * shape.KW * shape.OutC * _inputs.PaddedExtent);
        int smallest = 0, largest = shape.OutW - 1;
        for (int phase = 0; phase < int.Min(shape.StrideW, shape.InW); phase++)
        {
            for (int kw = 0; kw < shape.KW; kw++)
            {
                if (!Meets(phase, kw)) continue;
                smallest = int.Min(smallest, Shift(phase, kw));
                largest = int.Max(largest, Positions(phase) - 1 + Shift(phase, kw));
            }
        }

        _padLeft = -smallest;
        _paddedOutW = _padLeft + largest + 1;
    }

    /// <summary>Floats of the copy of a sample's output gradient with +0 columns beside it.</summary>
    public long PaddedLength => (long)_shape.OutH * _paddedOutW * _shape.OutC;

    /// <summary>Most runs of a tile: the taps that meet one input row and one phase of its columns.</summary>
    public long MaxSegments =>
        long.Min((_shape.KH + _shape.StrideH - 1) / _shape.StrideH, _shape.OutH) * ((_shape.KW + _shape.StrideW - 1) / _shape.StrideW);

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
    /// <param name="partial">Scratch of the tile runner.</param>
    /// <param name="padded"><see cref="PaddedLength"/> floats.</param>
    /// <param name="segments"><see cref="MaxSegments"/> runs.</param>
    public void Run(float* gradOutput, float* gradInput, float* partial, float* padded, TileSegment* segments)
    {
        Conv2DShape s = _shape;
        ColumnPadding.Copy(gradOutput, s.OutH, s.OutW * s.OutC, _padLeft * s.OutC, padded, _paddedOutW * s.OutC);
        for (int panel = 0; panel < _inputs.Count; panel++)
        {
            int width = _inputs.Vectors(panel) * TSimd.Lanes;
            Tile tile = default;
            tile.A = (byte*)padded;
            tile.ARow = (nint)s.OutC * sizeof(float);
            tile.AStep = sizeof(float);
            tile.B = (byte*)(_weights.Pointer + ((long)_inputs.Start(panel) * s.KH * s.KW * s.OutC));
            tile.BStep = width * sizeof(float);
            tile.CRow = (nint)s.StrideW * s.InC * sizeof(float);
            tile.Segments = segments;
            tile.Length = s.OutC;
            tile.Start = TileStart.Zero;
            tile.Finish = TileFinish.AddZero;
            for (int ih = 0; ih < s.InH; ih++)
            {
                for (int phase = 0; phase < int.Min(s.StrideW, s.InW); phase++)
                {
                    tile.SegmentCount = ListTaps(segments, ih, phase, width);
                    tile.C = (byte*)(gradInput + ((((long)ih * s.InW) + phase) * s.InC) + _inputs.Start(panel));
                    TileRunner<TSimd, TVec>.RunRows(tile, Positions(phase), _inputs, panel, partial);
                }
            }
        }
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>The taps that meet row <paramref name="ih"/> and the phase's columns, in (kh, kw) order.</summary>
    private int ListTaps(TileSegment* segments, int ih, int phase, int width)
    {
        Conv2DShape s = _shape;
        int count = 0;
        for (int kh = 0; kh < s.KH; kh++)
        {
            int top = ih + s.PadTop - kh;
            if (top < 0 || top % s.StrideH != 0 || top / s.StrideH >= s.OutH) continue;
            for (int kw = 0; kw < s.KW; kw++)
            {
                if (!Meets(phase, kw)) continue;
                nint a = ((((nint)(top / s.StrideH) * _paddedOutW) + _padLeft + Shift(phase, kw)) * s.OutC) * sizeof(float);
                nint b = (((nint)kh * s.KW) + kw) * s.OutC * width * sizeof(float);
                segments[count++] = new TileSegment(a, b);
            }
        }

        return count;
    }

    /// <summary>Input columns phase, phase + stride, …</summary>
    private int Positions(int phase) => (_shape.InW - phase + _shape.StrideW - 1) / _shape.StrideW;

    /// <summary>Whether tap kw links the phase's input columns to output columns.</summary>
    private bool Meets(int phase, int kw) => (phase + _shape.PadLeft - kw) % _shape.StrideW == 0;

    /// <summary>Output column that tap kw links to the phase's first input column.</summary>
    private int Shift(int phase, int kw) => (phase + _shape.PadLeft - kw) / _shape.StrideW;
}
