using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Shared.Tests;

/// <summary>Steps for the records of tests.</summary>
internal static class RecordSteps
{
    /// <summary>Appends a step that half of its ten samples got right, in 5 ms, at rate 0.01.</summary>
    /// <param name="record">The record, of a model with one layer.</param>
    /// <param name="step">The step.</param>
    /// <param name="loss">Its loss.</param>
    public static void AppendStep(this RecordWriter record, long step, double loss) =>
        record.Append(step, new StepTotals(10, 10 * loss, 5), new StepMeasures(DateTimeOffset.UnixEpoch, 5, default, 0, default), [0xAB], 0.01f);

    /// <summary>Appends steps whose loss is their number.</summary>
    /// <param name="record">The record, of a model with one layer.</param>
    /// <param name="first">The first step.</param>
    /// <param name="end">The step after the last.</param>
    public static void AppendSteps(this RecordWriter record, long first, long end)
    {
        for (long step = first; step < end; step++) record.AppendStep(step, step);
    }
}
