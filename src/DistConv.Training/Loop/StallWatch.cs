namespace DistConv.Training.Loop;

/// <summary>
/// Whether a run stands still: what it does at every step takes far longer than ever before. Its claim then stops growing, so that another coordinator goes on, whatever it is that
/// does not come back here. Evaluations are not watched: they take as long as the held-out split is large.
/// </summary>
/// <param name="patience">The least time after which it stands still.</param>
/// <param name="tell">Told once when it does.</param>
internal sealed class StallWatch(TimeSpan patience, Action tell)
{
    /// <summary>Until so many things have been done, nobody knows what is long: code is compiled, silos read their data.</summary>
    private const int Known = 10;

    private const int LongestTimes = 20;

    /// <summary>Milliseconds that one look adds at most: a process that was stopped for a while has not looked.</summary>
    private const long LongestGap = 1_000;

    private static readonly long _firstMilliseconds = (long)TimeSpan.FromMinutes(20).TotalMilliseconds;
    private readonly long _patienceMilliseconds = (long)patience.TotalMilliseconds;
    private long _startedAt;
    private long _limit;
    private long _running;
    private long _longest;
    private long _done;
    private long _seen;
    private long _lookedAt;
    private long _quiet;
    private long _toldOf;

    /// <summary>Looks, several times a second, whether what began last should have ended long ago. For one thread, beside the run's.</summary>
    /// <returns>True until it ends after all.</returns>
    public bool Look()
    {
        long running = Volatile.Read(ref _running), now = Environment.TickCount64;
        _quiet = running == _seen ? _quiet + long.Min(now - _lookedAt, LongestGap) : 0;
        (_seen, _lookedAt) = (running, now);
        if (running == 0 || _quiet <= Volatile.Read(ref _limit)) return false;
        if (_toldOf != running) tell();
        _toldOf = running;
        return true;
    }

    /// <summary>Something begins that ends at <see cref="End"/>.</summary>
    public void Begin()
    {
        _startedAt = Environment.TickCount64;
        Volatile.Write(ref _limit, _done < Known ? _firstMilliseconds : long.Max(_patienceMilliseconds, LongestTimes * _longest));
        Volatile.Write(ref _running, _done + 1);
    }

    /// <summary>It has ended.</summary>
    public void End()
    {
        Volatile.Write(ref _running, 0);
        _longest = long.Max(_longest, Environment.TickCount64 - _startedAt);
        _done++;
    }
}
