using DistConv.Training.Records;

namespace DistConv.Client.Sources;

/// <summary>Reads whole records, wherever they are.</summary>
internal static class RecordReading
{
    /// <summary>Reads a job's record.</summary>
    /// <returns>Each step once, ascending; of a step that was computed again, the last.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    public static async Task<RecordTable> ReadTableAsync(this IJobSource source, string job, CancellationToken cancellation)
    {
        RecordTable table = new();
        RecordCursor cursor = default;
        while (true)
        {
            RecordPage page = await source.ReadRecordAsync(job, cursor, cancellation);
            if (page.Next == cursor) return table;
            table.Add(page);
            cursor = page.Next;
        }
    }
}
