using DistConv.Images.Drawing;

namespace DistConv.Filters.Pictures;

/// <summary>How the loss went while the learning rate rose.</summary>
public static class RateFigure
{
    /// <summary>Lays the picture out.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="subtitle">Whose losses these are.</param>
    /// <param name="lossName">What the loss is, with its unit.</param>
    /// <param name="points">Learning rate, loss and smoothed loss of each step, by ascending rate; finite.</param>
    /// <param name="suggestion">The rate that is suggested; null: none.</param>
    /// <returns>The picture; null if there are fewer than two points.</returns>
    public static Figure? Of(
        string title, string subtitle, string lossName, IReadOnlyList<(double Rate, double Loss, double Smoothed)> points, double? suggestion)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 2) return null;
        double low = Math.Min(0, points.Min(point => point.Smoothed)), high = points.Max(point => point.Smoothed) * 1.05;
        Axis across = Axis.Log(points[0].Rate, points[^1].Rate, rate => $"{rate:G2}"), up = Axis.Linear(low, Math.Max(high, low + 1e-9), loss => $"{loss:G3}");
        List<Series> series =
        [
            new("loss of a step", [.. points.Select(point => (point.Rate, Math.Min(point.Loss, high)))], Palette.Series[0].WithAlpha(0x50), 1),
            new("smoothed", [.. points.Select(point => (point.Rate, point.Smoothed))], Palette.Series[0]),
        ];
        if (suggestion is { } rate) series.Add(new Series($"suggested, {rate:G2}", [(rate, low), (rate, high)], Palette.Series[1], HasDots: true));
        return new Figure(
            title, subtitle, new LineChart("learning rate", $"loss ({lossName})", across, up, series),
            "Each step has a higher learning rate than the one before, and goes on with its weights. A rate is of use where the smoothed loss falls fast.");
    }
}
