using DistConv.Client;
using DistConv.Core;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Series;

/// <summary>The record of one job as far as it has been read. Safe for several threads.</summary>
internal sealed class JobSeries
{
    private readonly Lock _gate = new();
    private StepColumns _columns = new();
    private List<JobEvent> _events = [];
    private RecordCursor _cursor;

    /// <summary>Bytes of memory, nearly.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _columns.Bytes;
        }
    }

    /// <summary>The position up to which it has been read.</summary>
    public RecordCursor Cursor
    {
        get
        {
            lock (_gate) return _cursor;
        }
    }

    /// <summary>Reads what has been recorded since the last time. Of two calls at a time both read, and the second one adds nothing.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ct">Ends the reading; what has been read stays.</param>
    public async Task RefreshAsync(TrainingJob job, CancellationToken ct)
    {
        while (true)
        {
            RecordCursor at = Cursor;
            try
            {
                RecordPage page = await job.ReadPageAsync(at, ct);
                if (page.Next == at) return;
                TryAppend(at, page);
            }
            catch (InvalidInputException) when (at != default)
            {
                Reset(at); // The record no longer has this position: the job was removed, and another one of its name has begun.
            }
        }
    }

    /// <summary>Adds a page if it follows.</summary>
    public void TryAppend(RecordCursor after, RecordPage page)
    {
        lock (_gate)
        {
            if (after != _cursor) return;
            foreach (RecordEntry entry in page.Entries)
            {
                if (entry.Step is { } step) _columns.Add(step);
                if (entry.Event is { } happened) _events.Add(happened);
            }

            _cursor = page.Next;
        }
    }

    /// <summary>What has happened, in the order of the record, and the position that belongs to it.</summary>
    public (IReadOnlyList<JobEvent> Events, RecordCursor Cursor) ReadEvents()
    {
        lock (_gate) return ([.. _events], _cursor);
    }

    /// <summary>Looks at the columns, and at the position that belongs to them.</summary>
    public T Read<T>(Func<StepColumns, RecordCursor, T> look)
    {
        lock (_gate) return look(_columns, _cursor);
    }

    private void Reset(RecordCursor at)
    {
        lock (_gate)
        {
            if (at == _cursor) (_columns, _events, _cursor) = (new StepColumns(), [], default);
        }
    }
}
