using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Shapes;

namespace DistConv.Core.Kernels.Elementwise;

/// <summary>Maximum pooling; channels are the lanes.</summary>
internal static unsafe class MaxPool2D<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    public static void Forward(Pool2DShape shape, float* input, float* output, float* argmax)
    {
        for (int oh = 0; oh < shape.OutH; oh++)
        {
            for (int ow = 0; ow < shape.OutW; ow++)
            {
                long o = (((long)oh * shape.OutW) + ow) * shape.Channels;
                PoolWindow window = PoolWindow.At(shape, oh, ow);
                int c = Window<TSimd, TVec>(shape, window, input, output + o, argmax + o, 0);
                Window<ScalarSimd, float>(shape, window, input, output + o, argmax + o, c);
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
                int c = WindowGradient<TSimd, TVec>(shape, window, argmax + o, gradOutput + o, gradInput, 0);
                WindowGradient<ScalarSimd, float>(shape, window, argmax + o, gradOutput + o, gradInput, c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Window<TS, TV>(Pool2DShape shape, PoolWindow window, float* input, float* output, float* argmax, int c)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        for (; c <= shape.Channels - TS.Lanes; c += TS.Lanes)
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
    private static int WindowGradient<TS, TV>(Pool2DShape shape, PoolWindow window, float* argmax, float* gradOutput, float* gradInput, int c)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        for (; c <= shape.Channels - TS.Lanes; c += TS.Lanes)
        {
            TV chosen = TS.Load(argmax + c);
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
