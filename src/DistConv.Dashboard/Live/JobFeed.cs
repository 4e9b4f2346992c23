using DistConv.Client;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Jobs;
using DistConv.Dashboard.Series;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using JobEvent = DistConv.Dashboard.Api.JobEvent; // The record has one of its own.

namespace DistConv.Dashboard.Live;

/// <summary>Watches one job for all who want to hear of it, for as long as there is one: a single task reads and everybody hears the same bytes.</summary>
/// <param name="job">The job.</param>
/// <param name="series">Its record: a page that was read here need not be read again.</param>
/// <param name="time">The clock.</param>
internal sealed class JobFeed(TrainingJob job, JobSeries series, TimeProvider time)
{
    /// <summary>How long to wait between two looks at a job that runs, so that nobody hears of it more than four times a second.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long to wait between two looks at a job that does not run, and at the snapshots of one that does.</summary>
    private static readonly TimeSpan _longPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<LiveStream> _joining = [];
    private readonly List<LiveStream> _joined = [];
    private JobDescription? _description;
    private JobStatus? _status;
    private byte[] _row = [];
    private RecordCursor _cursor;
    private bool _hasCursor;
    private long _describedAt;

    /// <summary>Adds a reader.</summary>
    public void Add(LiveStream stream)
    {
        lock (_gate) _joining.Add(stream);
    }

    /// <summary>Removes a reader.</summary>
    public void Remove(LiveStream stream)
    {
        lock (_gate)
        {
            _joining.Remove(stream);
            _joined.Remove(stream);
        }
    }

    /// <summary>Watches until it is told to end. A job that ends may go on later.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await foreach (JobStatus status in job.WatchAsync(ct))
                {
                    await TellAsync(status, ct);
                    await Task.Delay(_pause, time, ct);
                }

                await UntilItChangesAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is InvalidInputException or ClusterUnavailableException or IOException)
            {
                // The job was removed, the cluster does not answer, or the disk: whatever asks for the job is told. This tries again.
                await Task.Delay(_longPause, time, ct).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task TellAsync(JobStatus status, CancellationToken ct)
    {
        await DescribeAsync(status, ct);
        await TellStepsAsync(ct);
        TellStatus(status);
        await WelcomeAsync(ct);
    }

    /// <summary>Reads anew what changes seldom, and tells of new snapshots.</summary>
    private async Task DescribeAsync(JobStatus status, CancellationToken ct)
    {
        bool isFresh = _description is not null && status.State == _status?.State && time.GetElapsedTime(_describedAt) < _longPause;
        if (isFresh) return;
        JobDescription description = await job.DescribeAsync(ct);
        _describedAt = time.GetTimestamp();
        foreach (long step in _description is null ? [] : description.KernelSteps.Except(_description.KernelSteps))
            Broadcast(LiveMessage.Of("snapshot", new SnapshotEvent(job.Id, step), DashboardJson.Default.SnapshotEvent));
        _description = description;
    }

    private async Task TellStepsAsync(CancellationToken ct)
    {
        if (!_hasCursor)
        {
            await series.RefreshAsync(job, ct);
            (_cursor, _hasCursor) = (series.Cursor, true);
            return;
        }

        List<RecordEntry> entries = [];
        while (await job.ReadPageAsync(_cursor, ct) is var page && page.Next != _cursor)
        {
            series.TryAppend(_cursor, page);
            entries.AddRange(page.Entries);
            _cursor = page.Next;
        }

        foreach (LiveMessage message in Messages(entries)) Broadcast(message);
    }

    private void TellStatus(JobStatus status)
    {
        _status = status;
        LiveMessage row = RowMessage(status);
        if (!row.Data.AsSpan().SequenceEqual(_row)) Broadcast(row);
        _row = row.Data;
    }

    /// <summary>What a part of the record tells: its steps, then what happened and the epochs that ended.</summary>
    private IEnumerable<LiveMessage> Messages(List<RecordEntry> entries)
    {
        StepEntry[] steps = [.. entries.Select(entry => entry.Step).OfType<StepEntry>()];
        if (steps.Length > 0) yield return StepRows.Message(job.Id, steps, _cursor);
        foreach (RecordEntry entry in entries)
        {
            if (entry.Event is not { } happened) continue;
            yield return EventMessage(JobEvents.Of(happened));
            if (happened.Epoch is { } epoch) yield return LiveMessage.Of("epoch", new EpochEvent(job.Id, epoch), DashboardJson.Default.EpochEvent);
        }
    }

    private LiveMessage EventMessage(JobEvent happened) => LiveMessage.Of("event", happened with { Job = job.Id }, DashboardJson.Default.JobEvent);

    /// <summary>Brings new readers to where this is: with the steps that they lack, or with the word that these are too many.</summary>
    private async Task WelcomeAsync(CancellationToken ct)
    {
        LiveStream[] joining;
        lock (_gate) joining = [.. _joining];
        foreach (LiveStream stream in joining)
        {
            if (stream.Cursors[job.Id] is { } from && from != _cursor)
            {
                foreach (LiveMessage missed in await MissedAsync(from, ct)) stream.Send(missed);
            }

            stream.Send(RowMessage(_status!));
            lock (_gate)
            {
                if (_joining.Remove(stream)) _joined.Add(stream);
            }
        }
    }

    private async Task<IReadOnlyList<LiveMessage>> MissedAsync(RecordCursor from, CancellationToken ct)
    {
        List<RecordEntry> entries = [];
        try
        {
            for (RecordCursor at = from; at != _cursor && entries.Count <= 2 * StepRows.MaxRows;)
            {
                RecordPage page = await job.ReadPageAsync(at, ct);
                entries.AddRange(page.Entries.TakeWhile(entry => !IsBehind(entry.After, _cursor)));
                if (page.Next == at || IsBehind(page.Next, _cursor)) break;
                at = page.Next;
            }
        }
        catch (InvalidInputException)
        {
            return [LiveStream.Resync(job.Id) with { Job = job.Id, Cursor = _cursor }]; // A position of another record.
        }

        return [.. Messages(entries)];
    }

    private static bool IsBehind(RecordCursor one, RecordCursor other) =>
        (one.Fence, one.Segment, one.Offset).CompareTo((other.Fence, other.Segment, other.Offset)) > 0;

    private LiveMessage RowMessage(JobStatus status)
    {
        JobRow row = JobTable.Row(status, _description!) with
        {
            Job = job.Id,
            Spark = series.Read((columns, _) => SeriesFormat.Sample(columns.Column("loss"), JobTable.SparkLength)),
        };
        return LiveMessage.Of("status", row, DashboardJson.Default.JobRow) with { Job = job.Id, Cursor = _cursor };
    }

    /// <summary>Waits until a job that has ended is running again, or was changed in another way, and goes on welcoming readers.</summary>
    private async Task UntilItChangesAsync(CancellationToken ct)
    {
        JobSummary ended = (await job.DescribeAsync(ct)).Summary;
        do
        {
            await Task.Delay(_pause, time, ct);
            bool isAsked;
            lock (_gate) isAsked = _joining.Count > 0;
            if (isAsked) await WelcomeAsync(ct);
            if (time.GetElapsedTime(_describedAt) < _longPause) continue;
            _describedAt = time.GetTimestamp();
            if ((await job.DescribeAsync(ct)).Summary != ended) return;
        }
        while (true);
    }

    private void Broadcast(LiveMessage message)
    {
        lock (_gate)
        {
            foreach (LiveStream stream in _joined) stream.Send(message);
        }
    }
}
