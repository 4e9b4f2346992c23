namespace DistConv.Grains.Coordination;

/// <summary>How long a silo may take for a step, from what steps have taken. That a silo is gone is noticed by its heartbeats; this is for silos that answer
/// them.</summary>
/// <param name="parameters">Number of parameters: two gradients travel with a step, for which a slow connection gets extra time.</param>
internal sealed class StepDeadline(long parameters)
{
    private const int Window = 50, FirstSteps = 10;

    private readonly double _transferMs = (2 * Transfer(parameters)).TotalMilliseconds;

    private readonly double[] _milliseconds = new double[Window];
    private readonly double[] _sorted = new double[Window];
    private int _count;
    private double _median;

    /// <summary>How long all answers are waited for before anybody is looked at.</summary>
    public TimeSpan Patience => TimeSpan.FromMilliseconds(double.Max(1_000, 3 * _median) + _transferMs);

    /// <summary>How long a gradient may travel at least, on a connection that is shared with others: 20 MB/s.</summary>
    /// <param name="parameters">Number of parameters.</param>
    /// <returns>The time.</returns>
    public static TimeSpan Transfer(long parameters)
    {
        const double bytesPerSecond = 20e6;
        return TimeSpan.FromSeconds(parameters * sizeof(float) / bytesPerSecond);
    }


    /// <summary>A step is done.</summary>
    /// <param name="milliseconds">What it took.</param>
    public void Add(double milliseconds)
    {
        _milliseconds[_count++ % Window] = milliseconds;
        int known = int.Min(_count, Window);
        _milliseconds.AsSpan(0, known).CopyTo(_sorted);
        Array.Sort(_sorted, 0, known);
        _median = _sorted[known / 2];
    }

    /// <summary>When a silo is late: its shards are computed elsewhere. The fastest silo of the same step counts, too, since a whole machine may be
    /// slow.</summary>
    /// <param name="isFirst">Whether it is the silo's first step: its code is compiled, its data is read.</param>
    /// <param name="fastestMs">What the first silo to answer took.</param>
    /// <returns>Milliseconds from its call.</returns>
    public double LateAfterMs(bool isFirst, double fastestMs) =>
        double.Max(isFirst ? 10_000 : 2_000, double.Max(5 * _median, 3 * fastestMs)) + _transferMs;

    /// <summary>When an idle silo computes a slow one's shards as well, and the first answer counts.</summary>
    /// <param name="fastestMs">What the first silo to answer took.</param>
    /// <returns>Milliseconds from its call.</returns>
    public double HedgeAfterMs(double fastestMs) =>
        _count < FirstSteps ? double.PositiveInfinity : double.Max(1_000, double.Max(3 * _median, 2 * fastestMs)) + _transferMs;
}
