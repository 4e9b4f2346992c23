using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.MaxPool2D;

/// <summary>
/// Maximum pooling; channels are the lanes. Where the channels do not fill the last vector, it reaches into the positions that follow: they are written
/// later, and where gradients are added the lanes that reach too far change nothing. At the end of a buffer, where it would leave it, the last channels go one
/// by one.
/// </summary>
internal static unsafe class MaxPool2DKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : struct
{
    private static ReadOnlySpan<float> LaneNumbers => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(Pool2DShape shape, float* input, float* output, float* argmax)
    {
        PoolWindows windows = new(shape);
        int channels = shape.Channels, outH = windows.OutH, outW = windows.OutW, inW = shape.InW, inRow = inW * channels;
        Reach reach = new(shape, TSimd.Lanes);
        for (int oh = 0; oh < outH; oh++)
        {
            for (int ow = 0; ow < outW; ow++, output += channels, argmax += channels)
            {
                PoolWindow window = windows.At(oh, ow);
                float* first = input + (((window.Top * inW) + window.Left) * channels);
                int c = Window<TSimd, TVec>(
                    window, channels, inRow, first, output, argmax, 0, reach.End((oh * outW) + ow, ((window.Bottom - 1) * inW) + window.Right - 1));
                if (c < channels) Window<ScalarSimd, float>(window, channels, inRow, first, output, argmax, c, channels);
            }
        }
    }

    public static void Gradient(Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput, float* rectified)
    {
        if (Partitions(shape)) Write(shape, argmax, gradOutput, gradInput, rectified);
        else Add(shape, argmax, gradOutput, gradInput, rectified);
    }

    /// <summary>Whether every input belongs to exactly one window, so that its gradient is written once.</summary>
    private static bool Partitions(Pool2DShape shape) =>
        shape.StrideH == shape.PoolH && shape.StrideW == shape.PoolW && shape.OutH * shape.PoolH >= shape.InH && shape.OutW * shape.PoolW >= shape.InW;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Window<TS, TV>(PoolWindow window, int channels, int inRow, float* first, float* output, float* argmax, int c, int end)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        for (; c < end; c += TS.Lanes)
        {
            TV best = TS.Broadcast(float.NegativeInfinity);
            TV chosen = TS.Broadcast(window.FirstTap);
            float* row = first + c;
            for (int h = window.Top; h < window.Bottom; h++, row += inRow)
            {
                float* x = row;
                int tapNumber = window.Tap(h, window.Left);
                for (int w = window.Left; w < window.Right; w++, x += channels, tapNumber++)
                {
                    TV value = TS.Load(x), tap = TS.Broadcast(tapNumber);

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

    /// <summary>Every input belongs to one window: its gradient is written once, input after input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput, float* rectified)
    {
        PoolWindows windows = new(shape);
        int channels = shape.Channels, outW = windows.OutW;
        Reach reach = new(shape, TSimd.Lanes);
        float* target = gradInput;
        for (int oh = 0; oh < windows.OutH; oh++)
        {
            PoolWindow rows = windows.At(oh, 0);
            for (int h = rows.Top; h < rows.Bottom; h++)
            {
                for (int ow = 0; ow < outW; ow++)
                {
                    PoolWindow window = windows.At(oh, ow);
                    int output = (oh * outW) + ow;
                    long offset = (long)output * channels;
                    float* mask = rectified == null ? null : rectified + offset;
                    for (int w = window.Left; w < window.Right; w++, target += channels)
                    {
                        int end = reach.End(output, (h * shape.InW) + w), tap = window.Tap(h, w);
                        int c = Tap<TSimd, TVec>(tap, argmax + offset, gradOutput + offset, target, mask, 0, end);
                        if (c < channels) Tap<ScalarSimd, float>(tap, argmax + offset, gradOutput + offset, target, mask, c, channels);
                    }
                }
            }
        }
    }

    /// <summary>Windows overlap or leave inputs out: their gradients are added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(Pool2DShape shape, float* argmax, float* gradOutput, float* gradInput, float* rectified)
    {
        PoolWindows windows = new(shape);
        int channels = shape.Channels, outH = windows.OutH, outW = windows.OutW, inW = shape.InW, inRow = inW * channels;
        Reach reach = new(shape, TSimd.Lanes);
        new Span<float>(gradInput, shape.InputSize).Clear();
        for (int oh = 0; oh < outH; oh++)
        {
            for (int ow = 0; ow < outW; ow++, argmax += channels, gradOutput += channels, rectified += rectified == null ? 0 : channels)
            {
                PoolWindow window = windows.At(oh, ow);
                float* first = gradInput + (((window.Top * inW) + window.Left) * channels);
                int end = reach.End((oh * outW) + ow, ((window.Bottom - 1) * inW) + window.Right - 1);
                int c = AddWindow<TSimd, TVec>(window, channels, inRow, argmax, gradOutput, first, rectified, 0, end);
                if (c < channels) AddWindow<ScalarSimd, float>(window, channels, inRow, argmax, gradOutput, first, rectified, c, channels);
            }
        }
    }

    /// <summary>One input position: its window's gradient where it was chosen, else +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Tap<TS, TV>(int tap, float* argmax, float* gradOutput, float* target, float* rectified, int c, int end)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TV number = TS.Broadcast(tap);
        for (; c < end; c += TS.Lanes)
        {
            TV gradient = TS.SelectEqual(TS.Load(argmax + c), number, TS.Add(TS.Load(gradOutput + c), TS.Zero), TS.Zero);
            if (rectified != null) gradient = TS.SelectGreater(TS.Load(rectified + c), TS.Zero, gradient, TS.Zero);
            TS.Store(target + c, gradient);
        }

        return c;
    }

    /// <summary>Adds a window's gradient to the chosen taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int AddWindow<TS, TV>(
        PoolWindow window, int channels, int inRow, float* argmax, float* gradOutput, float* first, float* rectified, int c, int end)
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        // SAFETY: constant data of the assembly does not move, and is as long as the longest vector.
        TV lanes = TS.Load((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(LaneNumbers)));
        for (; c < end; c += TS.Lanes)
        {
            TV chosen = TS.Load(argmax + c);
            if (c + TS.Lanes > channels) chosen = TS.SelectGreater(TS.Broadcast(channels - c), lanes, chosen, TS.Broadcast(-1f)); // No tap is −1.
            TV gradient = TS.Load(gradOutput + c);
            if (rectified != null) gradient = TS.SelectGreater(TS.Load(rectified + c), TS.Zero, gradient, TS.Zero);
            float* row = first + c;
            for (int h = window.Top; h < window.Bottom; h++, row += inRow)
            {
                float* target = row;
                int tap = window.Tap(h, window.Left);
                for (int w = window.Left; w < window.Right; w++, target += channels, tap++)
                {
                    TV old = TS.Load(target);
                    TS.Store(target, TS.SelectEqual(chosen, TS.Broadcast(tap), TS.Add(old, gradient), old));
                }
            }
        }

        return c;
    }

    /// <summary>Up to which channel a position's channels are done in vectors, of which the last may reach beyond it.</summary>
    private readonly struct Reach(Pool2DShape shape, int lanes)
    {
        private readonly int _channels = shape.Channels;
        private readonly int _whole = shape.Channels / lanes * lanes;

        // From a position that begins behind these, a whole last vector would leave its buffer.
        private readonly int _outputs = shape.OutputSize - (shape.Channels / lanes * lanes) - lanes;
        private readonly int _inputs = shape.InputSize - (shape.Channels / lanes * lanes) - lanes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int End(int output, int input) => _whole == _channels || (output * _channels <= _outputs && input * _channels <= _inputs) ? _channels : _whole;
    }
}
