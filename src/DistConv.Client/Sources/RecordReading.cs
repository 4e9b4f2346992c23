using DistConv.Training.Jobs;

namespace DistConv.Client.Sources;

/// <summary>Reads whole records, wherever they are.</summary>
internal static class RecordReading
{
    /// <summary>What a job's steps measured.</summary>
    /// <returns>Each step once, ascending; of a step that was computed again, the last.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    public static async Task<IReadOnlyList<StepLogEntry>> ReadLogAsync(this IJobSource source, string job, CancellationToken cancellation)
    {
        SortedDictionary<long, StepLogEntry> steps = [];
        RecordCursor cursor = default;
        while (true)
        {
            RecordPage page = await source.ReadRecordAsync(job, cursor, cancellation);
            foreach (RecordedStep step in page.Steps) steps[step.Entry.Step] = step.Entry;
            if (page.Next == cursor) return [.. steps.Values];
            cursor = page.Next;
        }
    }
}
