namespace DistConv.Core.Threading;

/// <summary>One thread's bed: exactly one wake for each time that it falls asleep, whoever gives it.</summary>
internal sealed class Sleeper : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0);
    private int _asleep;

    public void FallAsleep() => Interlocked.Exchange(ref _asleep, 1);

    public void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 1) _wake.Release();
    }

    public void AwaitWake() => _wake.Wait();

    public void Dispose() => _wake.Dispose();
}
