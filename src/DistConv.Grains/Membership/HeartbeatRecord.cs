namespace DistConv.Grains.Membership;

/// <summary>
/// What one silo knows about another from its heartbeats. It counts its own ticks and no time: whoever was stopped for a while has missed ticks, not answers.
/// Not for several threads.
/// </summary>
internal sealed class HeartbeatRecord
{
    /// <summary>Failures in a row after which a silo is lost.</summary>
    public const int FailureLimit = 2;

    /// <summary>Ticks without an answer after which it is lost: 2.5 s.</summary>
    public const int SilenceLimit = 10;

    /// <summary>Ticks after which another heartbeat is sent although the last one is not answered.</summary>
    public const int PatienceTicks = 4;

    private long _sent;
    private long _answered;
    private int _failures;
    private int _outstanding;
    private int _sinceSent;
    private int _silent;

    /// <summary>Whether the silo is lost, as far as heartbeats tell.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether it said that it is about to stop.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>A tick passes.</summary>
    /// <param name="counts">Whether an answer that came would have been seen.</param>
    /// <returns>The number of the heartbeat to send now; 0: none.</returns>
    public long Tick(bool counts)
    {
        if (counts && _outstanding > 0 && ++_silent >= SilenceLimit) IsLost = true;
        _sinceSent++;
        if (_outstanding > 0 && _sinceSent < PatienceTicks) return 0;
        (_outstanding, _sinceSent) = (_outstanding + 1, 0);
        return ++_sent;
    }

    /// <summary>A heartbeat was answered.</summary>
    /// <param name="number">Which.</param>
    /// <param name="isLeaving">What the answer says.</param>
    public void Answered(long number, bool isLeaving)
    {
        _outstanding--;
        _answered = long.Max(_answered, number);
        (_failures, _silent) = (0, 0);
        (IsLost, IsLeaving) = (false, isLeaving);
    }

    /// <summary>A heartbeat failed.</summary>
    /// <param name="number">Which.</param>
    public void Failed(long number)
    {
        _outstanding--;
        if (number > _answered && ++_failures >= FailureLimit) IsLost = true; // One from before the last answer says nothing.
    }
}
