namespace DistConv.Images.Drawing;

/// <summary>A scale of numbers, with round ticks.</summary>
public sealed class Axis
{
    private readonly double _low, _high;
    private readonly bool _isLog;
    private readonly Func<double, string> _text;

    private Axis(double low, double high, bool isLog, IReadOnlyList<double> ticks, Func<double, string> text) =>
        (_low, _high, _isLog, Ticks, _text) = (low, high, isLog, ticks, text);

    /// <summary>Where numbers stand.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Even steps of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="low">Where it begins.</param>
    /// <param name="high">Where it ends, above <paramref name="low"/>.</param>
    /// <param name="text">Writes a tick.</param>
    /// <param name="ticks">About how many.</param>
    /// <param name="isWhole">Whether ticks are whole numbers.</param>
    /// <returns>The axis.</returns>
    public static Axis Linear(double low, double high, Func<double, string> text, int ticks = 6, bool isWhole = false)
    {
        double rough = (high - low) / ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = ((double[])[1, 2, 5, 10]).First(factor => factor * power >= rough * 0.999) * power;
        if (isWhole) step = Math.Max(1, step);
        double first = Math.Ceiling(low / step);
        return new Axis(
            low, high, false, [.. Enumerable.Range(0, ticks * 4).Select(i => (first + i) * step).TakeWhile(tick => tick <= high + (step * 1e-6))], text);
    }

    /// <summary>Powers of ten, with 2 and 5 times them where there are few.</summary>
    /// <param name="low">Where it begins, above zero.</param>
    /// <param name="high">Where it ends, above <paramref name="low"/>.</param>
    /// <param name="text">Writes a tick.</param>
    /// <returns>The axis.</returns>
    public static Axis Log(double low, double high, Func<double, string> text)
    {
        double[] factors = Math.Log10(high / low) > 3 ? [1] : [1, 2, 5];
        int first = (int)Math.Floor(Math.Log10(low)), decades = (int)Math.Ceiling(Math.Log10(high)) - first + 1;
        return new Axis(low, high, true, [.. Enumerable.Range(first, decades).SelectMany(power => factors.Select(factor => factor * Math.Pow(10, power)))
            .Where(tick => tick >= low && tick <= high)], text);
    }

    /// <summary>Where a number stands.</summary>
    /// <param name="value">The number.</param>
    /// <returns>0 at the beginning, 1 at the end; not finite for what a logarithm does not have.</returns>
    public double Place(double value) => _isLog ? Math.Log10(value / _low) / Math.Log10(_high / _low) : (value - _low) / (_high - _low);

    /// <summary>A tick in words.</summary>
    /// <param name="tick">One of <see cref="Ticks"/>.</param>
    /// <returns>Its number.</returns>
    public string Text(double tick) => _text(tick);
}
