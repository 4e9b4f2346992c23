using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>The weight gradient of a depthwise convolution: for each tap and channel a chain over (oh, ow) (docs/numerics.md, rule 6), channels as
/// lanes.</summary>
internal static unsafe class DepthwiseGradient<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    /// <summary>Goes on with the chains of one tap, from a channel on, as far as vectors are full.</summary>
    /// <param name="s">The geometry.</param>
    /// <param name="kh">The tap's row.</param>
    /// <param name="kw">The tap's column.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="x">inH × inW × outC: every input channel as often as it has outputs.</param>
    /// <param name="gradOutput">outH × outW × outC.</param>
    /// <param name="sums">outC.</param>
    /// <param name="accumulate">False to start at +0.</param>
    /// <returns>The first channel that is left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run(Conv2DShape s, int kh, int kw, int channel, float* x, float* gradOutput, float* sums, bool accumulate)
    {
        (int firstRow, int endRow) = SlidingWindow.Positions(s.InH, s.OutH, s.StrideH, (kh * s.DilationH) - s.PadTop);
        (int firstColumn, int endColumn) = SlidingWindow.Positions(s.InW, s.OutW, s.StrideW, (kw * s.DilationW) - s.PadLeft);
        long inRow = (long)s.StrideH * s.InW * s.OutC, outRow = (long)s.OutW * s.OutC, step = (long)s.StrideW * s.OutC;
        int second = TSimd.Lanes, third = 2 * TSimd.Lanes, fourth = 3 * TSimd.Lanes;
        x += ((((long)(firstRow * s.StrideH) + (kh * s.DilationH) - s.PadTop) * s.InW) + (firstColumn * s.StrideW) + (kw * s.DilationW) - s.PadLeft) * s.OutC;
        gradOutput += (((long)firstRow * s.OutW) + firstColumn) * s.OutC;
        for (; channel <= s.OutC - (4 * TSimd.Lanes); channel += 4 * TSimd.Lanes)
        {
            TVec a = Start(sums + channel, accumulate), b = Start(sums + channel + second, accumulate);
            TVec c = Start(sums + channel + third, accumulate), d = Start(sums + channel + fourth, accumulate);
            for (int row = 0; row < endRow - firstRow; row++)
            {
                float* from = x + (row * inRow) + channel, g = gradOutput + (row * outRow) + channel;
                for (int column = firstColumn; column < endColumn; column++, from += step, g += s.OutC)
                {
                    a = TSimd.MultiplyAdd(TSimd.Load(from), TSimd.Load(g), a);
                    b = TSimd.MultiplyAdd(TSimd.Load(from + second), TSimd.Load(g + second), b);
                    c = TSimd.MultiplyAdd(TSimd.Load(from + third), TSimd.Load(g + third), c);
                    d = TSimd.MultiplyAdd(TSimd.Load(from + fourth), TSimd.Load(g + fourth), d);
                }
            }

            TSimd.Store(sums + channel, a);
            TSimd.Store(sums + channel + second, b);
            TSimd.Store(sums + channel + third, c);
            TSimd.Store(sums + channel + fourth, d);
        }

        for (; channel <= s.OutC - TSimd.Lanes; channel += TSimd.Lanes)
        {
            TVec sum = Start(sums + channel, accumulate);
            for (int row = 0; row < endRow - firstRow; row++)
            {
                float* from = x + (row * inRow) + channel, g = gradOutput + (row * outRow) + channel;
                for (int column = firstColumn; column < endColumn; column++, from += step, g += s.OutC)
                    sum = TSimd.MultiplyAdd(TSimd.Load(from), TSimd.Load(g), sum);
            }

            TSimd.Store(sums + channel, sum);
        }

        return channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Start(float* sums, bool accumulate) => accumulate ? TSimd.Load(sums) : TSimd.Zero;
}
