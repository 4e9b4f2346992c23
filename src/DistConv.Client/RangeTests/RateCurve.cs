using System.Globalization;

namespace DistConv.Client.RangeTests;

/// <summary>
/// The losses of a range test, step by step, and what follows from them. The running mean weighs a step ten steps back by 1/e: mᵢ = 0.9 mᵢ₋₁ + 0.1 lossᵢ,
/// divided by 1 − 0.9ⁱ⁺¹, so that it begins with the first loss. The test is over when the mean is four times its lowest value, as it is far beyond any rate of
/// use then.
/// </summary>
internal sealed class RateCurve
{
    /// <summary>By how many times its lowest value the mean must exceed it.</summary>
    public const double DivergenceFactor = 4;

    /// <summary>A loss that falls by less than this share has not fallen.</summary>
    private const double LeastFall = 0.02;

    private const double Memory = 0.9;

    private readonly List<RatePoint> _points = [];
    private double _mean;
    private double _weight = 1;

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<RatePoint> Points => _points;

    /// <summary>The point with the lowest mean; null before the first step.</summary>
    public RatePoint? Lowest { get; private set; }

    /// <summary>Whether the loss has grown beyond all measure.</summary>
    public bool HasDiverged { get; private set; }

    /// <summary>Takes the next step.</summary>
    /// <param name="rate">Its learning rate.</param>
    /// <param name="loss">Its loss; not finite: it has diverged, and the step is none of the curve.</param>
    public void Add(double rate, double loss)
    {
        _mean = (Memory * _mean) + ((1 - Memory) * loss);
        _weight *= Memory;
        double smoothed = _mean / (1 - _weight);
        if (!double.IsFinite(smoothed))
        {
            HasDiverged = true;
            return;
        }

        RatePoint point = new(_points.Count, rate, loss, smoothed);
        _points.Add(point);
        if (Lowest is null || smoothed < Lowest.Smoothed) Lowest = point;
        HasDiverged |= smoothed > DivergenceFactor * Lowest.Smoothed;
    }

    /// <summary>The next loss was not finite.</summary>
    public void Diverge() => HasDiverged = true;

    /// <summary>A tenth of the rate at which the mean was lowest: there the loss no longer fell, and well below it fell fast.</summary>
    /// <returns>Two digits; null if the loss has not fallen.</returns>
    public double? Suggest() => HasFallen ? double.Parse((Lowest!.Rate / 10).ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;

    /// <summary>Why that is suggested, or why nothing is.</summary>
    /// <returns>A line for people.</returns>
    public string Reason()
    {
        if (Lowest is null) return "the first step had no finite loss";
        string end = HasDiverged ? $"from there it grew, and diverged at {Text(_points[^1].Rate)}" : $"the test ended at {Text(_points[^1].Rate)}";
        return HasFallen
            ? $"a tenth of {Text(Lowest.Rate)}, where the smoothed loss was lowest ({Lowest.Smoothed.ToString("F4", CultureInfo.InvariantCulture)}); {end}"
            : $"at no rate did the smoothed loss fall by {LeastFall:P0} from its beginning; train longer, or look at data and model";
    }

    private static string Text(double rate) => rate.ToString("G2", CultureInfo.InvariantCulture);

    private bool HasFallen => Lowest is not null && Lowest.Smoothed < (1 - LeastFall) * _points[0].Smoothed;
}
