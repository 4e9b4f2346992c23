using System.Diagnostics;
using DistConv.Training.Jobs;
using DistConv.Training.Records;

namespace DistConv.Chaos.Harness;

/// <summary>A completed step, seen from outside.</summary>
/// <param name="Step">Its number.</param>
/// <param name="Fence">The claim under which it was logged.</param>
/// <param name="SeenAt">When its line was in the log, as <see cref="Stopwatch.GetTimestamp"/> says it: not before the step was completed.</param>
/// <param name="Retried">Whether some of its shards were computed a second time: a silo was lost or slow.</param>
internal readonly record struct SeenStep(long Step, long Fence, long SeenAt, bool Retried);

/// <summary>
/// Reads a job's log as it grows, every 5 ms, and notes when each completed step was seen. What it measures is never shorter than the truth: a line is seen
/// after its step was completed.
/// </summary>
internal sealed class StepObserver : IAsyncDisposable
{
    /// <summary>Steps that may be complete when a silo dies although it had no part in the last lines: the one whose parts had all arrived, and the one that is
    /// being logged.</summary>
    private const int StepsUnderWay = 2;

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(5);

    private readonly long _unlogged;
    private readonly RecordFollower _record;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<SeenStep> _seen = [];

    /// <summary>By claim: the step at which it began, as the first entry of its record says.</summary>
    private readonly Dictionary<long, long> _startOf = [];

    private readonly Task _following;
    private long _highest = -1;
    private long _fence;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to follow a job's log.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="snapshotEvery">Steps between two snapshots: before each, the lines so far are written.</param>
    public StepObserver(JobFolder folder, long snapshotEvery)
    {
        _unlogged = snapshotEvery + StepsUnderWay;
        _record = folder.FollowRecord();
        _following = Task.Run(FollowAsync);
    }

    /// <summary>The highest completed step; -1 before the first.</summary>
    public long Highest
    {
        get
        {
            lock (_gate) return _highest;
        }
    }

    /// <summary>The next step that was certainly completed after a mark.</summary>
    /// <remarks>
    /// That is the first beyond all steps that may have been completed, and not yet been written to the log, at that time: more than the interval of snapshots
    /// after the last line. So what is measured contains the computation of that many steps.
    /// </remarks>
    /// <param name="mark">A moment, and what had been seen by then.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="TimeoutException">There was none.</exception>
    public async Task<SeenStep> NextAsync(StepMark mark, TimeSpan limit, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            Task more;
            lock (_gate)
            {
                int found = _seen.FindIndex(mark.Seen, step => step.Step > mark.Highest + _unlogged);
                if (found >= 0) return _seen[found];
                more = _more.Task;
            }

            TimeSpan left = limit - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) throw new TimeoutException($"no step was completed for {limit.TotalSeconds} s (the last is {Highest})");
            await more.WaitAsync(left, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Completed steps that a claim computed again: those in the log of the claims before from the step at which it began.</summary>
    /// <param name="mark">When the claim before it was the highest.</param>
    /// <param name="fence">The claim.</param>
    /// <returns>0 when it is the claim of that time; -1 if its beginning was not seen.</returns>
    public long RecomputedUnder(StepMark mark, long fence)
    {
        if (fence <= mark.Fence) return 0;
        lock (_gate)
        {
            long logged = _seen.Where(step => step.Fence <= mark.Fence).Select(step => step.Step).DefaultIfEmpty(-1).Max();
            long[] starts = [.. _startOf.Where(start => start.Key > mark.Fence && start.Key <= fence).Select(start => start.Value)];
            return starts.Length == 0 ? -1 : long.Max(0, logged + 1 - starts.Min());
        }
    }

    /// <summary>How many completed steps a claim may compute again: one, or those since a step in which a silo was replaced, for that silo may be the only
    /// one that survived.</summary>
    /// <param name="mark">When the claim before it was the highest.</param>
    /// <param name="complete">Completed steps when all that survived were known to participate.</param>
    public long RecomputableUnder(StepMark mark, long complete)
    {
        lock (_gate)
        {
            SeenStep[] before = [.. _seen.Where(step => step.Fence <= mark.Fence)];
            long[] retried = [.. before.Where(step => step.Retried && step.Step >= complete).Select(step => step.Step)];
            return retried.Length == 0 ? 1 : before.Max(step => step.Step) + 1 - retried.Min();
        }
    }

    /// <summary>Waits until a step is completed.</summary>
    /// <exception cref="TimeoutException">It was not.</exception>
    public async Task ReachAsync(long step, TimeSpan limit, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        while (Highest < step)
        {
            if (Stopwatch.GetElapsedTime(started) > limit) throw new TimeoutException(
                $"step {step} was not completed within {limit.TotalSeconds} s (the last is {Highest})");
            await Task.Delay(_interval, token);
        }
    }

    /// <summary>Notes where the job stands, right after something was done to it.</summary>
    /// <param name="at">When it was done.</param>
    public StepMark Mark(long at)
    {
        lock (_gate)
        {
            Look();
            return new StepMark(at, _seen.Count, _highest, _fence);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following;
        _end.Dispose();
    }

    private void Look()
    {
        RecordEntry[] entries = [.. _record.ReadNew()];
        foreach (RecordEntry entry in entries) _startOf.TryAdd(entry.After.Fence, entry.Step?.Step ?? entry.Event?.Step ?? 0);
        SeenStep[] lines = [.. entries.Where(entry => entry.Step is not null)
            .Select(entry => new SeenStep(entry.Step!.Step, entry.After.Fence, 0, entry.Step.RetriedShards > 0))];
        if (lines.Length == 0) return;
        long now = Stopwatch.GetTimestamp();
        _seen.AddRange(lines.Select(line => line with { SeenAt = now }));
        (_highest, _fence) = (long.Max(_highest, lines.Max(line => line.Step)), long.Max(_fence, lines.Max(line => line.Fence)));
        TaskCompletionSource more = _more;
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        more.SetResult();
    }

    private async Task FollowAsync()
    {
        using PeriodicTimer timer = new(_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                lock (_gate) Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}

/// <summary>A moment, and what a <see cref="StepObserver"/> had seen by then.</summary>
/// <param name="At">The moment.</param>
/// <param name="Seen">How many lines.</param>
/// <param name="Highest">The highest completed step.</param>
/// <param name="Fence">The highest claim that had logged a step.</param>
internal readonly record struct StepMark(long At, int Seen, long Highest, long Fence);
