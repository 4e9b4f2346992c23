namespace DistConv.Core.Threading;

/// <summary>
/// Puts one thread to sleep in the kernel until another one wakes it: exactly one wake for each time that it falls asleep, whoever gives it. A semaphore of the
/// framework would yield the processor some hundred times before it sleeps.
/// </summary>
internal sealed class Sleeper
{
    private readonly object _gate = new();
    private bool _isWoken;
    private int _asleep;

    public void FallAsleep() => Interlocked.Exchange(ref _asleep, 1);

    public void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 0) return;
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }

    public void AwaitWake()
    {
        lock (_gate)
        {
            while (!_isWoken) Monitor.Wait(_gate);
            _isWoken = false;
        }
    }
}
