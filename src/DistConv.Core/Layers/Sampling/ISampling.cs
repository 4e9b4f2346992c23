using System.Runtime.CompilerServices;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>Where the pixels of an output come from.</summary>
internal interface ISampling
{
    /// <summary>Begins a row: pixels are asked for from the left to the right.</summary>
    void Row(int h);

    /// <summary>The taps of a pixel of the row.</summary>
    PixelTaps At(int w);
}

/// <summary>
/// Images by sampling. One loop for every instruction set: positions are computed in double, values in single precision, each product fused with its sum.
/// </summary>
internal static unsafe class ImageSampling
{
    /// <summary>y[h, w, c] = the input where the sampling says.</summary>
    /// <param name="sampling">Where pixels come from.</param>
    /// <param name="x">The input.</param>
    /// <param name="fill">The value of what lies outside.</param>
    /// <param name="output">The output's shape.</param>
    /// <param name="y">The output, overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<TSampling>(TSampling sampling, float* x, float fill, TensorShape output, float* y)
        where TSampling : struct, ISampling
    {
        for (int h = 0; h < output.Height; h++)
        {
            sampling.Row(h);
            for (int w = 0; w < output.Width; w++, y += output.Channels) sampling.At(w).Gather(x, fill, output.Channels, y);
        }
    }

    /// <summary>The input's gradient: each element is a chain from +0 over the pixels of the output in order.</summary>
    /// <param name="sampling">Where pixels come from.</param>
    /// <param name="gradOutput">Gradient of the output.</param>
    /// <param name="output">The output's shape.</param>
    /// <param name="gradInput">Gradient of the input, overwritten.</param>
    /// <param name="inputSize">Values of the input.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<TSampling>(TSampling sampling, float* gradOutput, TensorShape output, float* gradInput, int inputSize)
        where TSampling : struct, ISampling
    {
        new Span<float>(gradInput, inputSize).Clear();
        for (int h = 0; h < output.Height; h++)
        {
            sampling.Row(h);
            for (int w = 0; w < output.Width; w++, gradOutput += output.Channels) sampling.At(w).Scatter(gradOutput, output.Channels, gradInput);
        }
    }
}
