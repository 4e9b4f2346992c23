using System.Runtime.CompilerServices;
using DistConv.Client.Sources;
using DistConv.Training.Jobs;
using DistConv.Training.Records;

namespace DistConv.Client;

/// <summary>Reads a job's record page by page.</summary>
/// <param name="job">The job.</param>
/// <param name="source">Where it is.</param>
/// <param name="time">The clock.</param>
internal sealed class RecordStream(string job, IJobSource source, TimeProvider time)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads it, each time from the beginning.</summary>
    /// <param name="after">Where to begin.</param>
    /// <param name="follow">Whether to wait for what is still to come, until the job ends.</param>
    /// <param name="ct">Stops the reading.</param>
    public async IAsyncEnumerable<JobRecord> ReadAsync(RecordCursor after, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        RepeatedEvents repeated = new();
        while (true)
        {
            JobStatus status = await source.GetStatusAsync(job, ct); // Before the page: what a job wrote before it ended is in it.
            RecordPage page = await source.ReadRecordAsync(job, after, ct);
            foreach (RecordEntry entry in page.Entries)
            {
                if (entry.Step is { } step) yield return new StepRecord(entry.After, step);
                else if (entry.Event is { } happened && repeated.IsNew(happened)) yield return JobRecord.Of(entry.After, happened);
            }

            if (page.Next != after)
            {
                after = page.Next;
                continue;
            }

            if (!follow || status.State is not (JobState.Queued or JobState.Running)) yield break;
            await Task.Delay(_pause, time, ct);
        }
    }
}
