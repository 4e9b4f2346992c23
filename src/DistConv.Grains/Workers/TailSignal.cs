namespace DistConv.Grains.Workers;

/// <summary>Tells when the tail of the gradients of an attempt at a step is complete. Safe for several threads.</summary>
internal sealed class TailSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _ready = Create();
    private long _attempt = -1;
    private long _running = -1;

    /// <summary>An attempt at a step begins on this replica.</summary>
    /// <param name="attempt">Its number, higher than those before.</param>
    /// <returns>To be disposed when it has ended: whoever waits in vain is told.</returns>
    public IDisposable Begin(long attempt)
    {
        lock (_lock)
        {
            MoveTo(attempt);
            _running = attempt;
            return new Attempt(_ready);
        }
    }

    /// <summary>Another coordinator counts attempts from the beginning; who waits for one of those before is told.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            MoveTo(-1);
            _running = -1;
        }
    }

    /// <summary>The tail of the attempt that runs is complete. That is news to nobody who waits for the next one already: a silo that computes what another one was late
    /// with may still do so when the next step is announced.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (_running == _attempt) _ready.TrySetResult();
        }
    }

    /// <summary>Waits for the tail of an attempt, also of one that has not begun.</summary>
    /// <param name="attempt">Its number.</param>
    /// <returns>When it is complete.</returns>
    /// <exception cref="OperationCanceledException">The attempt ended without one.</exception>
    public Task ReadyAsync(long attempt)
    {
        lock (_lock)
        {
            if (attempt < _attempt) return Task.FromCanceled(new CancellationToken(canceled: true));
            MoveTo(attempt);
            return _ready.Task;
        }
    }

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void MoveTo(long attempt)
    {
        if (attempt == _attempt) return;
        _ready.TrySetCanceled();
        _ready = Create();
        _attempt = attempt;
    }

    private sealed class Attempt(TaskCompletionSource ready) : IDisposable
    {
        public void Dispose() => ready.TrySetCanceled();
    }
}
