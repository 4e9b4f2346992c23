using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Client;

/// <summary>One entry of a job's record: a <see cref="StepRecord"/> or an <see cref="EpochRecord"/>.</summary>
public abstract record JobRecord
{
    private protected JobRecord()
    {
    }
}

/// <summary>A step. A run that was interrupted repeats the steps after its last snapshot, with the same bits.</summary>
/// <param name="After">The position after it, from which a later call can go on.</param>
/// <param name="Step">What it measured.</param>
public sealed record StepRecord(RecordCursor After, StepLogEntry Step) : JobRecord;

/// <summary>An epoch that has ended, after its last step.</summary>
/// <param name="Epoch">What it measured.</param>
public sealed record EpochRecord(EpochMetrics Epoch) : JobRecord;
