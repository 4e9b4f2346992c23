namespace DistConv.Core.Shapes;

/// <summary>One axis of a sliding window: what convolution and pooling, height and width have in common.</summary>
internal static class SlidingWindow
{
    /// <summary>Number of window positions along the axis.</summary>
    public static int Outputs(int input, int window, int stride, Padding padding) => padding == Padding.Same
        ? (input - 1) / stride + 1
        : input < window ? 0 : (input - window) / stride + 1;

    /// <summary>Padding before the first element: half of the total, rounded down.</summary>
    public static int PadBefore(int input, int window, int stride, Padding padding)
    {
        if (padding == Padding.Valid) return 0;
        int total = (Outputs(input, window, stride, padding) - 1) * stride + window - input;
        return total > 0 ? total / 2 : 0;
    }

    /// <summary>How many (window position, tap) pairs of the axis lie inside the input.</summary>
    public static long Taps(int input, int window, int stride, Padding padding, int dilation = 1)
    {
        int extent = ((window - 1) * dilation) + 1;
        int outputs = Outputs(input, extent, stride, padding);
        int padBefore = PadBefore(input, extent, stride, padding);
        long taps = 0;
        for (int tap = 0; tap < window; tap++)
        {
            (int first, int end) = Positions(input, outputs, stride, (tap * dilation) - padBefore);
            taps += end - first;
        }

        return taps;
    }

    /// <summary>The window positions at which a tap lies inside the input.</summary>
    /// <param name="input">Size of the input.</param>
    /// <param name="outputs">Number of window positions.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="offset">Where the tap lies at the first position: below 0 in the padding.</param>
    /// <returns>From first to before end; empty if they are equal.</returns>
    public static (int First, int End) Positions(int input, int outputs, int stride, int offset)
    {
        int first = offset < 0 ? (-offset + stride - 1) / stride : 0;
        int end = offset < input ? int.Min(outputs, ((input - 1 - offset) / stride) + 1) : 0;
        return first < end ? (first, end) : (0, 0);
    }
}
