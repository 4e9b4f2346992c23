using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Training.Loop;

/// <summary>
/// The sums of a job's record while a run appends to it: what earlier runs recorded, plus this run's steps that stand in the record. So they neither fall when
/// a run takes over or repeats steps, nor count a step twice. Earlier runs' rows are read when somebody asks for the first time, on another thread.
/// </summary>
/// <param name="folder">The job.</param>
/// <param name="fence">The run's claim.</param>
internal sealed class RecordTotals(JobFolder folder, long fence)
{
    private readonly Lock _gate = new();
    private JobTotals _added;
    private long _firstStep = -1;
    private long _samples, _bytes, _retries;
    private Task<RecordTable>? _earlier;
    private (JobTotals All, JobTotals BeforeFirst)? _known;

    /// <summary>This run has recorded a step. On the run's thread only; allocates nothing.</summary>
    /// <param name="step">The step.</param>
    /// <param name="totals">What it adds.</param>
    /// <param name="isWritten">Whether all that was recorded so far stands in the record.</param>
    public void Add(long step, JobTotals totals, bool isWritten)
    {
        _added = Sum(_added, totals);
        if (_firstStep < 0) Volatile.Write(ref _firstStep, step);
        if (!isWritten) return;
        Volatile.Write(ref _samples, _added.Samples);
        Volatile.Write(ref _bytes, _added.ExchangedBytes);
        Volatile.Write(ref _retries, _added.RetriedShards);
    }

    /// <summary>All that was recorded stands in the record.</summary>
    public void Written()
    {
        if (_firstStep >= 0) Add(_firstStep, default, isWritten: true);
    }

    /// <summary>The sums. Any thread may ask.</summary>
    /// <returns>Null before the run's first step, and until earlier runs' rows have been read.</returns>
    public JobTotals? Read()
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _firstStep) < 0 || Earlier() is not { } earlier) return null;
            JobTotals own = new(Volatile.Read(ref _samples), Volatile.Read(ref _bytes), Volatile.Read(ref _retries));
            return Max(earlier.All, Sum(earlier.BeforeFirst, own));
        }
    }

    /// <summary>What earlier runs recorded in all, and of steps before this run's first. This run repeats the others.</summary>
    private (JobTotals All, JobTotals BeforeFirst)? Earlier()
    {
        if (_known is not null) return _known;
        if (fence == 1) return _known = default((JobTotals, JobTotals));
        _earlier ??= Task.Run(ReadEarlier);
        if (!_earlier.IsCompleted) return null;
        if (_earlier.IsCompletedSuccessfully)
        {
            IReadOnlyList<StepEntry> steps = _earlier.Result.Steps;
            _known = (Sum(steps), Sum(steps.Where(step => step.Step < _firstStep)));
        }
        else if (_earlier.Exception?.InnerException is not (IOException or UnauthorizedAccessException or InvalidInputException))
        {
            _earlier.GetAwaiter().GetResult();
        }

        _earlier = null; // What could not be read is tried again at the next look.
        return _known;
    }

    private RecordTable ReadEarlier()
    {
        RecordTable table = new();
        RecordCursor next = default;
        while (folder.ReadRecord(next) is var page && page.Next != next && page.First.Fence < fence)
        {
            table.Add(page);
            next = page.Next;
        }

        return table;
    }

    private static JobTotals Sum(IEnumerable<StepEntry> steps) => steps.Aggregate(
        default(JobTotals), (sum, step) => Sum(sum, new JobTotals(step.Samples, step.Timing.ExchangedBytes, step.RetriedShards)));

    private static JobTotals Sum(JobTotals a, JobTotals b) =>
        new(a.Samples + b.Samples, a.ExchangedBytes + b.ExchangedBytes, a.RetriedShards + b.RetriedShards);

    private static JobTotals Max(JobTotals a, JobTotals b) => new(
        long.Max(a.Samples, b.Samples), long.Max(a.ExchangedBytes, b.ExchangedBytes), long.Max(a.RetriedShards, b.RetriedShards));
}
