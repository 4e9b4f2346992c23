using DistConv.Core.Kernels.Simd;
using DistConv.Core.Kernels.Tiled;

namespace DistConv.Core.Layers.Conv2D;

/// <content>Dilated windows, whose stride is 1: a run of a tile is one tap, not a kernel row.</content>
internal sealed unsafe partial class TiledConv2D<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Columns of +0 on the left: none that only taps beyond the input's other end would read.</summary>
    private static int DilatedPadLeft(Conv2DShape shape) => int.Min(shape.PadLeft, shape.InW - 1);

    /// <summary>Columns of the padded input up to the last that a tap reads.</summary>
    private static int DilatedColumns(Conv2DShape shape, int padLeft)
    {
        int columns = 0;
        for (int kw = 0; kw < shape.KW; kw++)
        {
            int offset = (kw * shape.DilationW) - shape.PadLeft;
            if (IsReached(offset, shape.InW)) columns = int.Max(columns, padLeft + offset + shape.OutW);
        }

        return columns;
    }

    /// <summary>Whether a tap that lies so far from the first output's place meets the input anywhere.</summary>
    private static bool IsReached(int offset, int size) => offset > -size && offset < size;

    /// <summary>Lists the taps that exist in an output row, in the definition's order (kh, kw).</summary>
    /// <param name="segments">Takes a run of a position's channels for each.</param>
    /// <param name="oh">The output row.</param>
    /// <param name="step">Bytes from the weights of a channel to those of the next.</param>
    /// <returns>How many.</returns>
    private int ListDilatedTaps(TileSegment* segments, int oh, nint step)
    {
        Conv2DShape s = _shape;
        int count = 0;
        for (int kh = 0; kh < s.KH; kh++)
        {
            int ih = oh + (kh * s.DilationH) - s.PadTop;
            if ((uint)ih >= (uint)s.InH) continue;
            for (int kw = 0; kw < s.KW; kw++)
            {
                int offset = (kw * s.DilationW) - s.PadLeft;
                if (!IsReached(offset, s.InW)) continue;
                nint position = ((nint)ih * _paddedInW) + _padLeft + offset, tap = ((nint)kh * s.KW) + kw;
                segments[count++] = new TileSegment(position * s.InC * sizeof(float), tap * s.InC * step);
            }
        }

        return count;
    }
}
