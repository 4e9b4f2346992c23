using System.Runtime.CompilerServices;
using DistConv.Training.Records;

namespace DistConv.Client.Exports;

/// <summary>A job's record with each step once, in ascending order, for exports.</summary>
internal static class RecordEntries
{
    /// <summary>The entries of a record that has been read.</summary>
    /// <param name="table">The record.</param>
    /// <returns>Steps in order; each event before the first step that was computed after it.</returns>
    public static IEnumerable<JobRecord> Of(RecordTable table)
    {
        int next = 0;
        IReadOnlyList<JobEvent> events = [.. table.Events.OrderBy(happened => happened.Step)]; // Stable.
        foreach (StepEntry step in table.Steps)
        {
            for (; next < events.Count && events[next].Step <= step.Step; next++) yield return JobRecord.Of(default, events[next]);
            yield return new StepRecord(default, step);
        }

        for (; next < events.Count; next++) yield return JobRecord.Of(default, events[next]);
    }

    /// <summary>The entries of a record that grows: what a later run repeats is left out.</summary>
    /// <param name="record">The record, as it is read.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>The same, once.</returns>
    public static async IAsyncEnumerable<JobRecord> OnceAsync(IAsyncEnumerable<JobRecord> record, [EnumeratorCancellation] CancellationToken ct)
    {
        long next = 0;
        await foreach (JobRecord entry in record.WithCancellation(ct))
        {
            if (entry is StepRecord step)
            {
                if (step.Step.Step < next) continue; // Computed again, with the same bits.
                next = step.Step.Step + 1;
            }

            yield return entry;
        }
    }
}
