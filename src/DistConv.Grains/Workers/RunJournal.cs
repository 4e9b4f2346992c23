using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Workers;

/// <summary>
/// What a replica's silo knows about the run: the coordinator's progress at the newest step boundary that it told, and the steps of the last seconds. With the
/// weights that is all that the next coordinator needs. Safe for several threads.
/// </summary>
internal sealed class RunJournal
{
    /// <summary>A coordinator writes its log every quarter of a second: of what it had not written, this much is kept here.</summary>
    private const double KeptMilliseconds = 3_000;

    private const int MaxRecords = 8_192;

    private readonly Lock _lock = new();
    private readonly Queue<RecordMessage> _records = new();
    private double _keptMilliseconds;
    private long _progressStep;
    private RunningMetrics _running;
    private EpochMetrics[] _epochs = [];

    /// <summary>The replica begins at a step of which everything is known.</summary>
    /// <param name="step">The boundary.</param>
    /// <param name="running">Sums of the epoch so far.</param>
    /// <param name="epochs">Epochs that have ended.</param>
    public void Begin(long step, RunningMetrics running, IReadOnlyList<EpochMetrics> epochs)
    {
        lock (_lock)
        {
            (_progressStep, _running, _epochs) = (step, running, [.. epochs]);
            Clear();
        }
    }

    /// <summary>Takes over what another silo knows.</summary>
    /// <param name="journal">Its journal, of the step at which this replica stands.</param>
    public void Begin(JournalMessage journal)
    {
        lock (_lock)
        {
            (_progressStep, _running, _epochs) = (journal.ProgressStep, journal.Running, journal.Epochs);
            Clear();
            foreach (RecordMessage record in journal.Records) Keep(record);
        }
    }

    /// <summary>The coordinator told what it knows at a boundary.</summary>
    /// <param name="step">The boundary, where the replica stands.</param>
    /// <param name="progress">What it knows.</param>
    public void Advance(long step, ProgressMessage progress)
    {
        lock (_lock)
        {
            (_progressStep, _running) = (step, progress.Running);
            if (progress.Epochs is { } epochs) _epochs = epochs;
        }
    }

    /// <summary>A gradient was applied.</summary>
    /// <param name="record">Its step.</param>
    public void Add(RecordMessage record)
    {
        lock (_lock)
        {
            Keep(record);
            while (_records.Count > 1 && (_records.Count > MaxRecords || _keptMilliseconds - _records.Peek().Measures.Milliseconds > KeptMilliseconds)
                && _records.Peek().Step < _progressStep)
            {
                _keptMilliseconds -= _records.Dequeue().Measures.Milliseconds;
            }
        }
    }

    /// <summary>What is known.</summary>
    /// <returns>A copy.</returns>
    public JournalMessage Read()
    {
        lock (_lock) return new JournalMessage(_progressStep, _running, _epochs, [.. _records]);
    }

    private void Keep(RecordMessage record)
    {
        _records.Enqueue(record);
        _keptMilliseconds += record.Measures.Milliseconds;
    }

    private void Clear()
    {
        _records.Clear();
        _keptMilliseconds = 0;
    }
}
