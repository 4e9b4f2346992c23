using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Progress;

/// <summary>
/// The training loss over the steps of a job, in bounded memory: means over ever more steps as there are more of them. A status has the mean over its epoch so
/// far; what the steps since the last one contributed follows from the two means. Not for several threads.
/// </summary>
internal sealed class LossCurve
{
    /// <summary>Points that are kept at most: more than a terminal has columns.</summary>
    public const int Capacity = 1024;

    private readonly List<Point> _points = [];
    private long _stride = 1;
    private long _observedFrom = -1;
    private double _observedMean;

    /// <summary>Steps that were seen: the next one is the first that counts.</summary>
    public long Steps { get; private set; }

    /// <summary>How many points there are.</summary>
    public int Count => _points.Count;

    /// <summary>Takes what is new in a status.</summary>
    public void Add(JobStatus status)
    {
        foreach (EpochMetrics epoch in status.Epochs.Where(epoch => epoch.Step > Steps))
        {
            Observe((epoch.Epoch - 1L) * status.StepsPerEpoch, epoch.Step, epoch.TrainLoss);
        }

        long inEpoch = ProgressText.StepInEpoch(status);
        if (inEpoch > 0) Observe(status.Step - inEpoch, status.Step, status.Loss);
    }

    /// <summary>Takes the mean loss of some steps; those that were seen before are the same ones, computed again.</summary>
    /// <param name="from">The first step.</param>
    /// <param name="to">One after the last step.</param>
    /// <param name="mean">Their mean loss.</param>
    public void Add(long from, long to, double mean)
    {
        from = Math.Max(from, Steps);
        if (from >= to) return;
        Steps = to;
        long index = (to - 1) / _stride;
        Point point = new(index, mean * (to - from), to - from);
        if (_points is [.., var last] && last.Index == index) _points[^1] = last.Plus(point);
        else _points.Add(point);
        if (_points.Count > Capacity) Thin();
    }

    /// <summary>The curve for a number of columns.</summary>
    /// <returns>A mean for each column, or one for each point if there are fewer points.</returns>
    public double[] Columns(int columns)
    {
        int count = Math.Min(columns, _points.Count);
        double[] means = new double[Math.Max(0, count)];
        for (int i = 0; i < means.Length; i++)
        {
            int first = (int)((long)i * _points.Count / count), end = (int)((i + 1L) * _points.Count / count);
            Point sum = _points[first];
            for (int p = first + 1; p < end; p++) sum = sum.Plus(_points[p]);
            means[i] = sum.Sum / sum.Steps;
        }

        return means;
    }

    /// <summary>The mean from an epoch's first step on: the part of it that is known already is taken out.</summary>
    private void Observe(long from, long to, double mean)
    {
        if (to <= Steps) return;
        bool partIsKnown = from == _observedFrom && from < Steps;
        double rest = partIsKnown ? ((mean * (to - from)) - (_observedMean * (Steps - from))) / (to - Steps) : mean;
        Add(from, to, rest < 0 ? 0 : rest);
        (_observedFrom, _observedMean) = (from, mean);
    }

    private void Thin()
    {
        _stride *= 2;
        List<Point> thinned = [];
        foreach (Point point in _points.Select(point => point with { Index = point.Index / 2 }))
        {
            if (thinned is [.., var last] && last.Index == point.Index) thinned[^1] = last.Plus(point);
            else thinned.Add(point);
        }

        _points.Clear();
        _points.AddRange(thinned);
    }

    private readonly record struct Point(long Index, double Sum, long Steps)
    {
        public Point Plus(Point other) => this with { Sum = Sum + other.Sum, Steps = Steps + other.Steps };
    }
}
