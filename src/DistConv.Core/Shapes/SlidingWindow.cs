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
    public static long Taps(int input, int window, int stride, Padding padding)
    {
        int outputs = Outputs(input, window, stride, padding);
        int padBefore = PadBefore(input, window, stride, padding);
        long taps = 0;
        for (int position = 0; position < outputs; position++)
        {
            int start = position * stride - padBefore;
            int first = start < 0 ? 0 : start;
            int end = start + window > input ? input : start + window;
            taps += end - first;
        }

        return taps;
    }
}
