using DistConv.Training.Metrics;

namespace DistConv.Training.Records;

/// <summary>A job's record, put together: each step, epoch and snapshot once, however many runs it took. Not for several threads.</summary>
public sealed class RecordTable
{
    private readonly List<StepEntry> _steps = [];
    private readonly List<JobEvent> _events = [];
    private readonly List<EpochMetrics> _epochs = [];
    private readonly RepeatedEvents _repeated = new();

    /// <summary>What the steps measured, ascending; of a step that was computed again, the last.</summary>
    public IReadOnlyList<StepEntry> Steps => _steps;

    /// <summary>What happened, in the order of the record; an evaluation or a snapshot that a later run repeated stands where it was first.</summary>
    public IReadOnlyList<JobEvent> Events => _events;

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochMetrics> Epochs => _epochs;

    /// <summary>Rows that were damaged, and skipped.</summary>
    public int DamagedRows { get; private set; }

    /// <summary>Adds a page, after the one before it.</summary>
    /// <param name="page">The page.</param>
    public void Add(RecordPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        DamagedRows += page.DamagedRows;
        foreach (RecordEntry entry in page.Entries) Add(entry);
    }

    /// <summary>Adds an entry, after the one before it.</summary>
    /// <param name="entry">The entry.</param>
    public void Add(RecordEntry entry)
    {
        if (entry.Step is { } step) Add(step);
        if (entry.Event is not { } happened || !_repeated.IsNew(happened)) return;
        _events.Add(happened);
        if (happened.Epoch is { } epoch) _epochs.Add(epoch);
    }

    private void Add(StepEntry step)
    {
        if (_steps is [] || _steps[^1].Step < step.Step)
        {
            _steps.Add(step);
            return;
        }

        int low = 0, high = _steps.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_steps[middle].Step < step.Step) low = middle + 1;
            else high = middle;
        }

        if (_steps[low].Step == step.Step) _steps[low] = step;
        else _steps.Insert(low, step);
    }
}
