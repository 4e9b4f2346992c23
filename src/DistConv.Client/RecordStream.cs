using System.Runtime.CompilerServices;
using DistConv.Client.Sources;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Client;

/// <summary>Reads a job's record page by page, with the epochs between the steps.</summary>
/// <param name="job">The job.</param>
/// <param name="source">Where it is.</param>
/// <param name="time">The clock.</param>
internal sealed class RecordStream(string job, IJobSource source, TimeProvider time)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private int _epochsTold;
    private long _stepsTold;

    /// <summary>Reads it.</summary>
    /// <param name="after">Where to begin.</param>
    /// <param name="follow">Whether to wait for what is still to come, until the job ends.</param>
    /// <param name="ct">Stops the reading.</param>
    public async IAsyncEnumerable<JobRecord> ReadAsync(RecordCursor after, bool follow, [EnumeratorCancellation] CancellationToken ct)
    {
        bool isContinued = after != default;
        while (true)
        {
            JobStatus status = await source.GetStatusAsync(job, ct); // Before the page: what a job wrote before it ended is in it.
            RecordPage page = await source.ReadRecordAsync(job, after, ct);
            if (isContinued && page.Steps is [var first, ..])
            {
                _epochsTold = status.Epochs.Count(epoch => epoch.Step <= first.Entry.Step);
                isContinued = false;
            }

            foreach (RecordedStep step in page.Steps)
            {
                foreach (EpochMetrics epoch in Ended(status)) yield return new EpochRecord(epoch);
                yield return new StepRecord(step.After, step.Entry);
                _stepsTold = step.Entry.Step + 1;
            }

            if (page.Next != after)
            {
                after = page.Next;
                continue;
            }

            foreach (EpochMetrics epoch in isContinued ? [] : Ended(status)) yield return new EpochRecord(epoch);
            if (!follow || status.State is not (JobState.Queued or JobState.Running)) yield break;
            await Task.Delay(_pause, time, ct);
        }
    }

    private IEnumerable<EpochMetrics> Ended(JobStatus status)
    {
        while (_epochsTold < status.Epochs.Count && status.Epochs[_epochsTold].Step <= _stepsTold) yield return status.Epochs[_epochsTold++];
    }
}
