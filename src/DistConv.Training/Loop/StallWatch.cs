namespace DistConv.Training.Loop;

/// <summary>
/// Whether a run has stalled: an operation that every step needs takes far longer than ever before. The run's claim then stops growing, so that another
/// coordinator takes over, whatever it is that does not return here. During the first operations there is no baseline: code is compiled, and nobody knows how
/// fast the machine is. They may take as long as this process computes for the job, and then a few times as long as it has computed. Evaluations are not
/// watched: they take as long as the held-out split is large.
/// </summary>
/// <param name="patience">The least time after which an operation has stalled.</param>
/// <param name="isComputing">Whether this process computes for the job, or is about to.</param>
/// <param name="tell">Told once when an operation has stalled.</param>
/// <param name="time">The clock.</param>
internal sealed class StallWatch(TimeSpan patience, Func<bool> isComputing, Action tell, TimeProvider time)
{
    private const int FirstOperations = 10, LongestTimes = 20, ComputedTimes = 3;

    /// <summary>Whatever this process computes: no step of the slowest machine takes longer.</summary>
    private static readonly TimeSpan _longestComputation = TimeSpan.FromMinutes(20);

    private readonly QuietTime<long> _operation = new();
    private readonly QuietTime<(long Operation, long Signs)> _silence = new();
    private long _running;
    private long _startedAt;
    private long _longestTicks;
    private long _done;
    private long _lookedAt = time.GetTimestamp();
    private long _signs;
    private long _toldOf;

    /// <summary>Looks, several times a second, whether the running operation should have ended long ago. For one thread, beside the run's.</summary>
    /// <returns>True until it ends after all.</returns>
    public bool Look()
    {
        long running = Volatile.Read(ref _running), now = time.GetTimestamp();
        TimeSpan sinceLastLook = time.GetElapsedTime(_lookedAt, now);
        _lookedAt = now;
        if (isComputing()) _signs++;
        TimeSpan lasting = _operation.Look(running, sinceLastLook), silent = _silence.Look((running, _signs), sinceLastLook);
        if (running == 0 || !HasStalled(running, lasting, silent)) return false;
        if (_toldOf != running) tell();
        _toldOf = running;
        return true;
    }

    /// <summary>An operation begins that ends at <see cref="End"/>.</summary>
    public void Begin()
    {
        _startedAt = time.GetTimestamp();
        Volatile.Write(ref _running, _done + 1);
    }

    /// <summary>It has ended.</summary>
    public void End()
    {
        Volatile.Write(ref _running, 0);
        Volatile.Write(ref _longestTicks, long.Max(_longestTicks, time.GetElapsedTime(_startedAt).Ticks));
        _done++;
    }

    private bool HasStalled(long operation, TimeSpan lasting, TimeSpan silent)
    {
        TimeSpan limit = Longer(patience, LongestTimes * TimeSpan.FromTicks(Volatile.Read(ref _longestTicks)));
        if (operation > FirstOperations) return lasting > limit;
        return silent > Longer(limit, ComputedTimes * (lasting - silent)) || lasting > Longer(limit, _longestComputation);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
