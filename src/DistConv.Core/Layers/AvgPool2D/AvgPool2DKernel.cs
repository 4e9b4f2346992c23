using System.Runtime.CompilerServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.AvgPool2D;

/// <summary>Average pooling; channels are the lanes. Global average pooling is one window over the whole input.</summary>
internal static unsafe class AvgPool2DKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    public static void Forward(Pool2DShape shape, float* input, float* output)
    {
        PoolWindows windows = new(shape);
        for (int oh = 0; oh < windows.OutH; oh++)
        {
            for (int ow = 0; ow < windows.OutW; ow++)
            {
                float* y = output + ((((long)oh * windows.OutW) + ow) * shape.Channels);
                PoolWindow window = windows.At(oh, ow);
                int c = Window<TSimd, TVec>(shape, window, input, y, 0);
                Window<ScalarSimd, float>(shape, window, input, y, c);
            }
        }
    }

    public static void Gradient(Pool2DShape shape, float* gradOutput, float* gradInput)
    {
        new Span<float>(gradInput, shape.InputSize).Clear();
        PoolWindows windows = new(shape);
        for (int oh = 0; oh < windows.OutH; oh++)
        {
            for (int ow = 0; ow < windows.OutW; ow++)
            {
                float* g = gradOutput + ((((long)oh * windows.OutW) + ow) * shape.Channels);
                PoolWindow window = windows.At(oh, ow);
                int c = WindowGradient<TSimd, TVec>(shape, window, g, gradInput, 0);
                WindowGradient<ScalarSimd, float>(shape, window, g, gradInput, c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Window<TS, TV>(Pool2DShape shape, PoolWindow window, float* input, float* output, int c)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TV count = TS.Broadcast(window.Count);
        for (; c <= shape.Channels - TS.Lanes; c += TS.Lanes)
        {
            TV sum = TS.Zero;
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++)
                {
                    sum = TS.Add(sum, TS.Load(input + ((((long)h * shape.InW) + w) * shape.Channels) + c));
                }
            }

            TS.Store(output + c, TS.Divide(sum, count));
        }

        return c;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WindowGradient<TS, TV>(Pool2DShape shape, PoolWindow window, float* gradOutput, float* gradInput, int c)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TV count = TS.Broadcast(window.Count);
        for (; c <= shape.Channels - TS.Lanes; c += TS.Lanes)
        {
            TV share = TS.Divide(TS.Load(gradOutput + c), count);
            for (int h = window.Top; h < window.Bottom; h++)
            {
                for (int w = window.Left; w < window.Right; w++)
                {
                    float* target = gradInput + ((((long)h * shape.InW) + w) * shape.Channels) + c;
                    TS.Store(target, TS.Add(TS.Load(target), share));
                }
            }
        }

        return c;
    }
}
