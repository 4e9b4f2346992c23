namespace DistConv.Dashboard.Tests.Support;

/// <summary>The system's clock, which knows how many timers there are.</summary>
internal sealed class CountingTime : TimeProvider
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _none;

    /// <summary>How many timers there are.</summary>
    public int Timers { get; private set; }

    /// <summary>How many there have been.</summary>
    public long Created { get; private set; }

    /// <summary>Waits until there is none.</summary>
    public Task NoneAsync()
    {
        lock (_gate)
        {
            if (Timers == 0) return Task.CompletedTask;
            return (_none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            Timers++;
            Created++;
        }

        return new CountedTimer(this, System.CreateTimer(callback, state, dueTime, period));
    }

    private void Ended()
    {
        lock (_gate)
        {
            if (--Timers == 0) _none?.TrySetResult();
        }
    }

    private sealed class CountedTimer(CountingTime time, ITimer timer) : ITimer
    {
        private int _ended;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            if (Interlocked.Exchange(ref _ended, 1) == 0) time.Ended();
        }

        public async ValueTask DisposeAsync()
        {
            await timer.DisposeAsync();
            if (Interlocked.Exchange(ref _ended, 1) == 0) time.Ended();
        }
    }
}
