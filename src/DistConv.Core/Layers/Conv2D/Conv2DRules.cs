using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>What every convolution asks of its window.</summary>
internal static class Conv2DRules
{
    /// <summary>Checks that a window fits its input, and that it has strides or a dilation, not both (as Keras: base_conv.py).</summary>
    /// <param name="scope">The layer's place.</param>
    /// <param name="window">Its windows.</param>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void CheckWindow(ShapeScope scope, ConvolutionWindow window)
    {
        (int kernelH, int kernelW, int strideH, int strideW, int dilationH, int dilationW, Padding padding) = window;
        scope.CheckWindow("kernel", kernelH, kernelW, padding);
        if ((dilationH, dilationW) == (1, 1)) return;
        if ((strideH, strideW) != (1, 1))
            throw new InvalidInputException($"{scope.Where}: dilation {dilationH}x{dilationW} needs strides 1; they are {strideH}x{strideW}");
        long extentH = ((kernelH - 1L) * dilationH) + 1, extentW = ((kernelW - 1L) * dilationW) + 1;
        string spans = $"{scope.Where}: kernel {kernelH}x{kernelW} with dilation {dilationH}x{dilationW} spans {extentH}x{extentW}";

        // 'same' may reach as far as it likes over the border: the taps there are zeros.
        if (padding == Padding.Valid && (extentH > scope.Input.Height || extentW > scope.Input.Width))
            throw new InvalidInputException($"{spans}, which is larger than its input {scope.Input}; padding 'same' would let it reach over the border");
        if (extentH > ModelLimits.MaxDimension || extentW > ModelLimits.MaxDimension)
            throw new InvalidInputException($"{spans}; at most {ModelLimits.MaxDimension:N0} are possible");
    }

    /// <summary>As <see cref="CheckWindow"/>, and that a convolution of each channel by itself does not get too many channels.</summary>
    /// <param name="scope">The layer's place.</param>
    /// <param name="window">Its windows.</param>
    /// <param name="multiplier">Outputs of each channel.</param>
    /// <exception cref="InvalidInputException">It does not fit.</exception>
    public static void CheckDepthwise(ShapeScope scope, ConvolutionWindow window, int multiplier)
    {
        CheckWindow(scope, window);
        long channels = (long)scope.Input.Channels * multiplier;
        if (channels > ModelLimits.MaxDimension)
            throw new InvalidInputException(
                $"{scope.Where}: depthMultiplier {multiplier:N0} makes {channels:N0} channels of its input {scope.Input}; at most "
                + $"{ModelLimits.MaxDimension:N0} are possible");
    }
}
