using System.Collections.Concurrent;

namespace DistConv.Grains.Tests.Lane;

/// <summary>A clock whose timers end when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly BlockingCollection<(Action Callback, TimeSpan Due)> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add((() => callback(state), dueTime));
        return new Unused();
    }

    /// <summary>Waits for a timer, and lets it end.</summary>
    /// <returns>The time that was set.</returns>
    public TimeSpan Elapse()
    {
        (Action callback, TimeSpan due) = _timers.Take();
        callback();
        return due;
    }

    private sealed class Unused : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
