namespace DistConv.Training.Loop;

/// <summary>
/// How long something has stayed the same, as one observer sees it. The time between its looks is added up, each at most a second: an observer that was
/// itself stopped for a while has not looked. Not for several threads.
/// </summary>
/// <typeparam name="T">What is looked at; its default is a value that it never has.</typeparam>
public sealed class QuietTime<T>
    where T : struct, IEquatable<T>
{
    private static readonly TimeSpan _longestGap = TimeSpan.FromSeconds(1);

    private T _seen;

    /// <summary>How long it has stayed the same.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Looks.</summary>
    /// <param name="now">How it is now.</param>
    /// <param name="sinceLastLook">Time since the last look.</param>
    /// <returns><see cref="Elapsed"/>, zero after a change.</returns>
    public TimeSpan Look(T now, TimeSpan sinceLastLook)
    {
        if (now.Equals(_seen)) Elapsed += sinceLastLook < _longestGap ? sinceLastLook : _longestGap;
        else (_seen, Elapsed) = (now, TimeSpan.Zero);
        return Elapsed;
    }

    /// <summary>Begins to count again, at a time that is still to come.</summary>
    /// <param name="delay">How far away it is.</param>
    public void Restart(TimeSpan delay) => Elapsed = -delay;
}
