namespace DistConv.Grains.Workers;

/// <summary>Tells when the early bucket of the gradients of an attempt at a step is complete. Safe for several threads.</summary>
internal sealed class BucketSignal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, TaskCompletionSource> _attempts = [];
    private long _running = -1;

    /// <summary>An attempt at a step begins on this replica. Earlier waiters are cancelled.</summary>
    /// <param name="attempt">Its number, higher than those before.</param>
    /// <returns>To be disposed when it has ended: whoever waits for its early bucket then does so in vain, too.</returns>
    public IDisposable Begin(long attempt)
    {
        lock (_lock)
        {
            foreach (long earlier in _attempts.Keys.Where(key => key < attempt).ToList()) Cancel(earlier);
            _running = attempt;
            return new Attempt(Entry(attempt));
        }
    }

    /// <summary>Another coordinator counts attempts from the beginning; earlier waiters are cancelled.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            foreach (long attempt in _attempts.Keys.ToList()) Cancel(attempt);
            _running = -1;
        }
    }

    /// <summary>The early bucket of the attempt that runs is complete; not that of a later one, which somebody may be waiting for already.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (_attempts.TryGetValue(_running, out TaskCompletionSource? ready)) ready.TrySetResult();
        }
    }

    /// <summary>Waits for the early bucket of an attempt, also of one that has not begun.</summary>
    /// <param name="attempt">Its number.</param>
    /// <returns>When it is complete.</returns>
    /// <exception cref="OperationCanceledException">The attempt ended without one.</exception>
    public Task ReadyAsync(long attempt)
    {
        lock (_lock) return attempt < _running ? Task.FromCanceled(new CancellationToken(canceled: true)) : Entry(attempt).Task;
    }

    /// <summary>Checks that no later attempt has begun, which computes into the buffers of this one.</summary>
    /// <param name="attempt">Its number.</param>
    /// <exception cref="InvalidOperationException">It is not the newest.</exception>
    public void EnsureNewest(long attempt)
    {
        lock (_lock)
        {
            if (attempt != _running) throw new InvalidOperationException($"attempt {attempt} is over: attempt {_running} has begun");
        }
    }

    private TaskCompletionSource Entry(long attempt)
    {
        if (_attempts.TryGetValue(attempt, out TaskCompletionSource? entry)) return entry;
        return _attempts[attempt] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Cancel(long attempt)
    {
        _attempts.Remove(attempt, out TaskCompletionSource? ready);
        ready?.TrySetCanceled();
    }

    private sealed class Attempt(TaskCompletionSource ready) : IDisposable
    {
        public void Dispose() => ready.TrySetCanceled();
    }
}
