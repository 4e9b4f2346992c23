using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>What every convolution asks of its window.</summary>
internal static class Conv2DRules
{
    /// <summary>Checks that a window fits its input, and that it has strides or a dilation, not both (as Keras: base_conv.py).</summary>
    /// <param name="scope">The layer's place.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="strides">From one window to the next.</param>
    /// <param name="dilation">From one tap to the next.</param>
    /// <param name="padding">Treatment of the border.</param>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void CheckWindow(
        ShapeScope scope, (int H, int W) kernel, (int H, int W) strides, (int H, int W) dilation, Padding padding)
    {
        scope.CheckWindow("kernel", kernel.H, kernel.W, padding);
        if (dilation == (1, 1)) return;
        if (strides != (1, 1))
            throw new InvalidInputException(
                $"{scope.Where}: dilation {dilation.H}x{dilation.W} needs strides 1; they are {strides.H}x{strides.W}");
        long extentH = ((kernel.H - 1L) * dilation.H) + 1, extentW = ((kernel.W - 1L) * dilation.W) + 1;
        string window = $"{scope.Where}: kernel {kernel.H}x{kernel.W} with dilation {dilation.H}x{dilation.W} spans {extentH}x{extentW}";

        // 'same' may reach as far as it likes over the border: the taps there are zeros.
        if (padding == Padding.Valid && (extentH > scope.Input.Height || extentW > scope.Input.Width))
            throw new InvalidInputException($"{window}, which is larger than its input {scope.Input}; padding 'same' would let it reach over the border");
        if (extentH > ModelLimits.MaxDimension || extentW > ModelLimits.MaxDimension)
            throw new InvalidInputException($"{window}; at most {ModelLimits.MaxDimension:N0} are possible");
    }

    /// <summary>As <see cref="CheckWindow"/>, and that a convolution of each channel by itself does not get too many channels.</summary>
    /// <param name="scope">The layer's place.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="strides">From one window to the next.</param>
    /// <param name="dilation">From one tap to the next.</param>
    /// <param name="padding">Treatment of the border.</param>
    /// <param name="multiplier">Outputs of each channel.</param>
    /// <exception cref="InvalidInputException">It does not fit.</exception>
    public static void CheckDepthwise(
        ShapeScope scope, (int H, int W) kernel, (int H, int W) strides, (int H, int W) dilation, Padding padding, int multiplier)
    {
        CheckWindow(scope, kernel, strides, dilation, padding);
        long channels = (long)scope.Input.Channels * multiplier;
        if (channels > ModelLimits.MaxDimension)
            throw new InvalidInputException(
                $"{scope.Where}: depthMultiplier {multiplier:N0} makes {channels:N0} channels of its input {scope.Input}; at most "
                + $"{ModelLimits.MaxDimension:N0} are possible");
    }
}
