using System.Runtime.CompilerServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>
/// The forward product with output positions as lanes, for channels that leave many lanes of a vector empty: tiles of output channels × two vectors of
/// positions, over a zero-padded plane of every input channel, whose rows run on so that only their padding is wasted.
/// </summary>
internal sealed unsafe class TiledConv2DPositions<TSimd, TVec> : IDisposable
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private readonly Conv2DShape _shape;
    private readonly FloatBuffer _weights;
    private readonly FloatBuffer _bias;

    public TiledConv2DPositions(Conv2DShape shape)
    {
        _shape = shape;
        _weights = new FloatBuffer(shape.KernelSize);
        _bias = new FloatBuffer(shape.OutC);
    }

    /// <summary>Floats of scratch: the input's planes, then the output's; what the last vectors read too much lies between.</summary>
    public static long ScratchLength(Conv2DShape shape) => InputPlanes(shape) + ((long)shape.OutC * OutputPlane(shape));

    /// <summary>Runs of a tile: one a kernel row where the taps of a row are neighbours in the plane, else one a tap.</summary>
    public static long MaxSegments(Conv2DShape shape) => shape.InC == 1 ? shape.KH : (long)shape.KH * shape.KW;

    /// <summary>Whether it takes fewer vector operations than channels as lanes do; interleaving an output's value costs about one.</summary>
    public static bool Suits(Conv2DShape shape)
    {
        if (shape.StrideH != 1 || shape.StrideW != 1 || shape.OutH < 1 || shape.OutW < 1) return false;
        long channels = (long)shape.OutH * shape.OutW * shape.FanIn * ((shape.OutC + TSimd.Lanes - 1) / TSimd.Lanes);
        long positions = OutputPlane(shape) / TSimd.Lanes * shape.FanIn * shape.OutC;
        return positions + shape.OutputSize + shape.InputSize < channels;
    }

    public void PackWeights(float* weights, float* bias)
    {
        new ReadOnlySpan<float>(weights, _shape.KernelSize).CopyTo(_weights.Span);
        new ReadOnlySpan<float>(bias, _shape.OutC).CopyTo(_bias.Span);
    }

    /// <summary>The output of one sample.</summary>
    /// <param name="input">inH × inW × inC.</param>
    /// <param name="output">outH × outW × outC, overwritten.</param>
    /// <param name="relu">Whether ReLU follows.</param>
    /// <param name="planes"><see cref="ScratchLength"/> floats.</param>
    /// <param name="segments"><see cref="MaxSegments"/> runs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(float* input, float* output, bool relu, float* planes, TileSegment* segments)
    {
        Conv2DShape s = _shape;
        int rows = PlaneRows(s), columns = PlaneColumns(s);
        ChannelPlanes.Split(input, s.InH, s.InW, s.InC, planes, s.PadTop, s.PadLeft, rows, columns);
        float* outputs = planes + InputPlanes(s);
        long outputPlane = OutputPlane(s);

        Tile tile = default;
        tile.ARow = sizeof(float);
        tile.AStep = (nint)s.OutC * sizeof(float);
        tile.CRow = (nint)outputPlane * sizeof(float);
        tile.Segments = segments;
        tile.SegmentCount = ListTaps(segments, columns);
        tile.Length = s.InC == 1 ? s.KW : s.InC;
        tile.BStep = (s.InC == 1 ? 1 : (nint)rows * columns) * sizeof(float);
        tile.Start = TileStart.RowBias;
        tile.Finish = relu ? TileFinish.Relu : TileFinish.AddZero;
        for (long first = 0; first < outputPlane; first += 2 * TSimd.Lanes)
        {
            int vectors = first + TSimd.Lanes < outputPlane ? 2 : 1;
            tile.B = (byte*)(planes + first);
            for (int channel = 0; channel < s.OutC;)
            {
                int count = TileTable<TSimd, TVec>.NextRows(s.OutC - channel);
                tile.A = (byte*)(_weights.Pointer + channel);
                tile.Bias = _bias.Pointer + channel;
                tile.C = (byte*)(outputs + (channel * outputPlane) + first);
                TileTable<TSimd, TVec>.Run(&tile, count, vectors);
                channel += count;
            }
        }

        ChannelPlanes.Join(outputs, outputPlane, columns, s.OutH, s.OutW, s.OutC, output);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }

    private static int PlaneRows(Conv2DShape shape) => shape.OutH + shape.KH - 1;

    private static int PlaneColumns(Conv2DShape shape) => int.Max(shape.PadLeft + shape.InW, shape.OutW + shape.KW - 1);

    private static long InputPlanes(Conv2DShape shape) => ((long)shape.InC * PlaneRows(shape) * PlaneColumns(shape)) + (2 * TSimd.Lanes);

    /// <summary>Positions of a plane of outputs up to the last that counts, in whole vectors.</summary>
    private static long OutputPlane(Conv2DShape shape) =>
        (((long)(shape.OutH - 1) * PlaneColumns(shape)) + shape.OutW + TSimd.Lanes - 1) / TSimd.Lanes * TSimd.Lanes;

    private int ListTaps(TileSegment* segments, int columns)
    {
        Conv2DShape s = _shape;
        int count = 0, step = s.InC == 1 ? s.KW : 1;
        for (int kh = 0; kh < s.KH; kh++)
        {
            for (int kw = 0; kw < s.KW; kw += step)
            {
                nint weight = (((nint)kh * s.KW) + kw) * s.InC * s.OutC * sizeof(float);
                segments[count++] = new TileSegment(weight, (((nint)kh * columns) + kw) * sizeof(float));
            }
        }

        return count;
    }
}
