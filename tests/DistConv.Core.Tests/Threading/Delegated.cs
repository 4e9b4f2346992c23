using DistConv.Core.Threading;

namespace DistConv.Core.Tests.Threading;

/// <summary>Units of work given as a delegate.</summary>
internal sealed class Delegated(Action<int, int> run) : IParallelWork
{
    private int _finished;

    /// <summary>Units that ended without an exception, over all calls.</summary>
    public int Finished => Volatile.Read(ref _finished);

    public void Run(int unit, int thread)
    {
        run(unit, thread);
        Interlocked.Increment(ref _finished);
    }
}
