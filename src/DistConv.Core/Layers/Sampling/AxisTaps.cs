namespace DistConv.Core.Layers.Sampling;

/// <summary>Where a value comes from along one axis: two neighbours, and the weight of the second.</summary>
/// <param name="First">Index of the first neighbour; <see cref="Outside"/>: the fill value.</param>
/// <param name="Second">Index of the second neighbour, likewise; it does not matter where its weight is 0.</param>
/// <param name="SecondWeight">In [0, 1]; the first neighbour has the rest.</param>
internal readonly record struct AxisTaps(int First, int Second, double SecondWeight)
{
    /// <summary>The index of what lies outside and is filled with a constant.</summary>
    public const int Outside = -1;

    /// <summary>The neighbours of a place.</summary>
    /// <param name="place">0 is the centre of the first pixel; finite, and far from the limits of an int.</param>
    /// <param name="size">Pixels along the axis.</param>
    /// <param name="fill">What lies outside.</param>
    /// <param name="interpolation">Which pixels count.</param>
    public static AxisTaps At(double place, int size, FillMode fill, Interpolation interpolation)
    {
        bool isNearest = interpolation == Interpolation.Nearest;
        double floor = Math.Floor(isNearest ? place + 0.5 : place);
        int index = (int)floor;
        int first = Inside(index, size, fill);
        return isNearest ? new AxisTaps(first, first, 0) : new AxisTaps(first, Inside(index + 1, size, fill), place - floor);
    }

    /// <summary>
    /// The neighbours of each pixel of an axis that is resized, as TensorFlow's resize without antialiasing: pixel o lies at (o + ½) · window / size − ½. Whole
    /// numbers decide which neighbours these are, so no rounding does. What lies outside the window is its nearest pixel; the window may reach over the
    /// image, and what of it lies there is <see cref="Outside"/>.
    /// </summary>
    /// <param name="image">Pixels of the image.</param>
    /// <param name="start">The first pixel of the window that is resized.</param>
    /// <param name="window">Its pixels.</param>
    /// <param name="size">Pixels of the output.</param>
    /// <param name="interpolation">Which pixels count.</param>
    public static AxisTaps[] Resized(int image, int start, int window, int size, Interpolation interpolation)
    {
        AxisTaps[] taps = new AxisTaps[size];
        for (long o = 0; o < size; o++)
        {
            long centre = ((2 * o) + 1) * window, unit = 2L * size;
            if (interpolation == Interpolation.Nearest)
            {
                int nearest = Inside(start + (int)(centre / unit), image, FillMode.Constant);
                taps[o] = new AxisTaps(nearest, nearest, 0);
                continue;
            }

            long place = centre - size, index = place < 0 ? -1 : place / unit;
            int first = Inside((int)index, window, FillMode.Nearest), second = Inside((int)index + 1, window, FillMode.Nearest);
            taps[o] = new AxisTaps(
                Inside(start + first, image, FillMode.Constant), Inside(start + second, image, FillMode.Constant), (place - (index * unit)) / (double)unit);
        }

        return taps;
    }

    private static int Inside(int index, int size, FillMode fill)
    {
        if ((uint)index < (uint)size) return index;
        switch (fill)
        {
            case FillMode.Constant:
                return Outside;
            case FillMode.Nearest:
                return index < 0 ? 0 : size - 1;
            case FillMode.Wrap:
                return Modulo(index, size);
            case FillMode.Reflect:
                int place = Modulo(index, 2 * size);
                return place < size ? place : (2 * size) - 1 - place;
            default:
                throw new ArgumentOutOfRangeException(nameof(fill), fill, "there is no such fill mode");
        }
    }

    private static int Modulo(int value, int period) => value % period is var rest && rest < 0 ? rest + period : rest;
}
