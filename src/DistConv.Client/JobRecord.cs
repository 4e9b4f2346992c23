using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Client;

/// <summary>One entry of a job's record: a <see cref="StepRecord"/>, an <see cref="EpochRecord"/> or an <see cref="EventRecord"/>.</summary>
public abstract record JobRecord
{
    private protected JobRecord()
    {
    }

    /// <summary>The entry of an event: an evaluation is an <see cref="EpochRecord"/>.</summary>
    internal static JobRecord Of(RecordCursor after, JobEvent happened) =>
        happened.Epoch is { } epoch ? new EpochRecord(after, epoch) { Time = happened.Time } : new EventRecord(after, happened);
}

/// <summary>A step. A run that was interrupted repeats the steps after its last snapshot, with the same bits. A coordinator that takes over from another one
/// repeats one step at most, as long as a silo survives that computed for the job.</summary>
/// <param name="After">The position after it, from which a later call can go on.</param>
/// <param name="Step">What it measured.</param>
public sealed record StepRecord(RecordCursor After, StepEntry Step) : JobRecord;

/// <summary>An epoch that has ended, after its last step.</summary>
/// <param name="After">The position after it, from which a later call can go on.</param>
/// <param name="Epoch">What it measured.</param>
public sealed record EpochRecord(RecordCursor After, EpochMetrics Epoch) : JobRecord
{
    /// <summary>When it had been measured.</summary>
    public DateTimeOffset Time { get; init; }
}

/// <summary>Something that happened: a silo was lost, a snapshot was written, another coordinator took over.</summary>
/// <param name="After">The position after it, from which a later call can go on.</param>
/// <param name="Event">What happened.</param>
public sealed record EventRecord(RecordCursor After, JobEvent Event) : JobRecord;
