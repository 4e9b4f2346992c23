using System.Diagnostics;
using DistConv.Training.Jobs;

namespace DistConv.Chaos.Harness;

/// <summary>A completed step, seen from outside.</summary>
/// <param name="Step">Its number.</param>
/// <param name="Fence">The claim under which it was logged.</param>
/// <param name="SeenAt">When its line was in the log, as <see cref="Stopwatch.GetTimestamp"/> says it: not before the step was completed.</param>
/// <param name="BegunBy">The step was not begun later than this: when its line was seen, less the durations that its line, and those seen with it after it, give.</param>
internal readonly record struct SeenStep(long Step, long Fence, long SeenAt, long BegunBy);

/// <summary>
/// Reads a job's log as it grows, every 5 ms, and notes when each completed step was seen. What it measures is never shorter than the truth: a line is seen after its step was completed.
/// </summary>
internal sealed class StepObserver : IAsyncDisposable
{
    /// <summary>Steps that may be complete when a silo dies, and whose lines are not yet in the log: the one whose parts had all arrived, and the one that is being logged.</summary>
    public const int UnloggedSteps = 2;

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(5);

    private readonly StepLogFollower _log;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<SeenStep> _seen = [];
    private readonly Task _following;
    private long _highest = -1;
    private long _fence;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins to follow a job's log.</summary>
    public StepObserver(JobFolder folder)
    {
        _log = folder.FollowLog();
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

    /// <summary>The next step that was completed without a silo that died at a given time.</summary>
    /// <remarks>
    /// That is the first that was seen after that time and either was logged under a new claim, or is so far beyond the last step seen at that time that the dead silo cannot have had a part
    /// in it (<see cref="UnloggedSteps"/>) and was begun after that time. Of the steps that qualify, it is the one whose line was seen first.
    /// </remarks>
    /// <param name="mark">The silo's death, and what had been seen by then.</param>
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
                int found = _seen.FindIndex(mark.Seen, step => step.Fence > mark.Fence || (step.Step > mark.Highest + UnloggedSteps && step.BegunBy >= mark.At));
                if (found >= 0) return _seen[found];
                more = _more.Task;
            }

            TimeSpan left = limit - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) throw new TimeoutException($"no step was completed for {limit.TotalSeconds} s (the last is {Highest})");
            await more.WaitAsync(left, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The highest step that claims up to one had logged; -1 if none.</summary>
    public long HighestUnder(long fence)
    {
        lock (_gate) return _seen.Where(step => step.Fence <= fence).Select(step => step.Step).DefaultIfEmpty(-1).Max();
    }

    /// <summary>Waits until a step is completed.</summary>
    /// <exception cref="TimeoutException">It was not.</exception>
    public async Task ReachAsync(long step, TimeSpan limit, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        while (Highest < step)
        {
            if (Stopwatch.GetElapsedTime(started) > limit) throw new TimeoutException($"step {step} was not completed within {limit.TotalSeconds} s (the last is {Highest})");
            await Task.Delay(_interval, token);
        }
    }

    /// <summary>Notes where the job stands, right after something was done to it.</summary>
    /// <param name="at">When it was done.</param>
    public StepMark Mark(long at)
    {
        lock (_gate)
        {
            Note(_log.ReadNew());
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

    /// <summary>When steps that were seen at one time had begun at the latest: the last one was completed by then, and each took its time.</summary>
    /// <param name="lines">The steps, in the order of the log.</param>
    /// <param name="seenAt">When they were seen.</param>
    internal static SeenStep[] Date(IReadOnlyList<StepMeasurement> lines, long seenAt)
    {
        SeenStep[] dated = new SeenStep[lines.Count];
        long completed = seenAt;
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            completed -= (long)(lines[i].Milliseconds * Stopwatch.Frequency / 1000);
            dated[i] = new SeenStep(lines[i].Step, lines[i].Fence, seenAt, completed);
        }

        return dated;
    }

    private void Note(IEnumerable<StepMeasurement> lines)
    {
        StepMeasurement[] measured = [.. lines];
        if (measured.Length == 0) return;
        _seen.AddRange(Date(measured, Stopwatch.GetTimestamp()));
        (_highest, _fence) = (long.Max(_highest, measured.Max(line => line.Step)), long.Max(_fence, measured.Max(line => line.Fence)));
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
                lock (_gate) Note(_log.ReadNew());
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
