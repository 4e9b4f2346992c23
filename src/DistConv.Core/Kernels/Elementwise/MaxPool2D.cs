using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Shapes;

namespace DistConv.Core.Kernels.Elementwise;

/// <summary>
/// Maximum pooling; channels are the lanes. Where the channels do not fill the last vector, it reaches into the positions that follow: their outputs are
/// written later, and in the gradient the lanes that reach too far change nothing. At the end of a buffer, where it would leave it, the last channels go one by one.
/// </summary>
internal static unsafe class MaxPool2D<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private static ReadOnlySpan<float> LaneNumbers => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    public static void Forward(Pool2DShape shape, float* input, float* output, float* argmax)
    {
        for (int oh = 0; oh < shape.OutH; oh++)
        {
            for (int ow = 0; ow < shape.OutW; ow++)
            {
                long o = (((long)oh * shape.OutW) + ow) * shape.Channels;
                PoolWindow window = PoolWindow.At(shape, oh, ow);
                int c = Window<TSimd, TVec>(shape, window, input, output + o, argmax + o, 0, VectorEnd(shape, window, o));
                Window<ScalarSimd, float>(shape, window, input, output + o, argmax + o, c, shape.Channels);
            }
        }
    }

    public static void Gradient(Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput)
    {
        new Span<float>(gradInput, shape.InputSize).Clear();
        for (int oh = 0; oh < shape.OutH; oh++)
        {
            for (int ow = 0; ow < shape.OutW; ow++)
            {
                long o = (((long)oh * shape.OutW) + ow) * shape.Channels;
                PoolWindow window = PoolWindow.At(shape, oh, ow);
                int c = WindowGradient<TSimd, TVec>(shape, window, argmax + o, gradOutput + o, gradInput, 0, VectorEnd(shape, window, o));
                WindowGradient<ScalarSimd, float>(shape, window, argmax + o, gradOutput + o, gradInput, c, shape.Channels);
            }
        }
    }

    /// <summary>Up to which channel a window's channels are done in vectors, of which the last may reach beyond it.</summary>
    private static int VectorEnd(Pool2DShape shape, PoolWindow window, long output)
    {
        int whole = shape.Channels - (shape.Channels % TSimd.Lanes), reach = whole + TSimd.Lanes;
        long lastTap = (((window.Bottom - 1L) * shape.InW) + window.Right - 1) * shape.Channels;
        bool staysInside = output + reach <= shape.OutputSize && lastTap + reach <= shape.InputSize;
        return staysInside ? shape.Channels : whole;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Window<TS, TV>(Pool2DShape shape, PoolWindow window, float* input, float* output, float* argmax, int c, int end)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        for (; c < end; c += TS.Lanes)
        {
            TV best = TS.Broadcast(float.NegativeInfinity);
            TV chosen = TS.Broadcast(window.FirstTap);
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++)
                {
                    TV value = TS.Load(input + ((((long)h * shape.InW) + w) * shape.Channels) + c);
                    TV tap = TS.Broadcast(window.Tap(h, w));

                    // v > best || isnan(v): NaN is the one value that does not equal itself.
                    chosen = TS.SelectGreater(value, best, tap, TS.SelectEqual(value, value, chosen, tap));
                    best = TS.SelectGreater(value, best, value, TS.SelectEqual(value, value, best, value));
                }
            }

            TS.Store(output + c, best);
            TS.Store(argmax + c, chosen);
        }

        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WindowGradient<TS, TV>(Pool2DShape shape, PoolWindow window, float* argmax, float* gradOutput, float* gradInput, int c, int end)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        // SAFETY: constant data of the assembly does not move, and is as long as the longest vector.
        TV lanes = TS.Load((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(LaneNumbers)));
        for (; c < end; c += TS.Lanes)
        {
            TV chosen = TS.Load(argmax + c);
            if (c + TS.Lanes > shape.Channels) chosen = TS.SelectGreater(TS.Broadcast(shape.Channels - c), lanes, chosen, TS.Broadcast(-1f)); // No tap is −1.
            TV gradient = TS.Load(gradOutput + c);
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++)
                {
                    float* target = gradInput + ((((long)h * shape.InW) + w) * shape.Channels) + c;
                    TV old = TS.Load(target);
                    TS.Store(target, TS.SelectEqual(chosen, TS.Broadcast(window.Tap(h, w)), TS.Add(old, gradient), old));
                }
            }
        }

        return c;
    }
}
