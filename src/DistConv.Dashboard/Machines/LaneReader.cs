using DistConv.Dashboard.Api;
using DistConv.Dashboard.Series;
using DistConv.Training.Jobs;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Dashboard.Machines;

/// <summary>The phases of the newest steps, shard by shard. What a silo tells is its own computation; the record has the rest of the step.</summary>
internal static class LaneReader
{
    /// <summary>The lanes of a job's silos.</summary>
    /// <param name="silos">Who computes.</param>
    /// <param name="columns">The job's record.</param>
    public static Lane[] Read(IReadOnlyList<SiloStatus> silos, StepColumns columns) =>
    [
        .. silos.SelectMany(silo =>
        {
            LaneStep[] steps = [.. silo.RecentSteps.Select(step => Phases(step, columns)).OfType<LaneStep>()];
            return silo.Shards.Select(shard => new Lane(silo.Silo, shard, steps));
        }),
    ];

    /// <summary>A silo that is done early waits for the others: that is part of the exchange. Null if the record has no such step yet.</summary>
    private static LaneStep? Phases(SiloStep step, StepColumns columns)
    {
        int index = columns.IndexOf(step.Step);
        if (index >= columns.Count || columns.Step(index) != step.Step || columns.Column("reduce").IsEmpty) return null;
        double seconds = columns.Column("seconds")[index], reduce = Known(columns.Column("reduce")[index]), update = Known(columns.Column("update")[index]);
        double compute = step.ComputeMilliseconds / 1000;
        double exchange = double.Max(0, seconds - reduce - update - compute);
        return double.IsFinite(columns.Time(index)) && double.IsFinite(seconds)
            ? new LaneStep(step.Step, columns.Time(index) - seconds, compute, exchange, reduce, update)
            : null;
    }

    private static double Known(float value) => float.IsFinite(value) ? value : 0;
}
