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
    private static readonly long _firstMilliseconds = (long)TimeSpan.FromMinutes(20).TotalMilliseconds;
    private readonly long _patienceMilliseconds = (long)patience.TotalMilliseconds;
    private long _startedAt;
    private long _deadline = long.MaxValue;
    private long _longest;
    private int _done;
    private long _toldOf;

    /// <summary>Whether what began last should have ended long ago. For one thread, beside the run's.</summary>
    /// <returns>True until it ends after all.</returns>
    public bool Look()
    {
        long deadline = Volatile.Read(ref _deadline);
        if (Environment.TickCount64 <= deadline) return false;
        if (_toldOf != deadline) tell();
        _toldOf = deadline;
        return true;
    }

    /// <summary>Something begins that ends at <see cref="End"/>.</summary>
    public void Begin()
    {
        _startedAt = Environment.TickCount64;
        Volatile.Write(ref _deadline, _startedAt + (_done < Known ? _firstMilliseconds : long.Max(_patienceMilliseconds, LongestTimes * _longest)));
    }

    /// <summary>It has ended.</summary>
    public void End()
    {
        Volatile.Write(ref _deadline, long.MaxValue);
        _longest = long.Max(_longest, Environment.TickCount64 - _startedAt);
        _done++;
    }
}
