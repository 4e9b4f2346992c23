namespace DistConv.Training.Steps;

/// <content>Work for the compute threads.</content>
public sealed partial class Replica
{
    private int _works;

    /// <summary>Whether the compute threads have work of this replica, or it waits for them. Any thread may ask.</summary>
    public bool IsComputing => Volatile.Read(ref _works) > 0;

    private void RunOnPool(Action work)
    {
        Interlocked.Increment(ref _works);
        try
        {
            _pool.Run(work);
        }
        finally
        {
            Interlocked.Decrement(ref _works);
        }
    }

    private async Task RunOnPoolAsync(Action work)
    {
        Interlocked.Increment(ref _works);
        try
        {
            await _pool.RunAsync(work).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _works);
        }
    }
}
