using DistConv.Training.Metrics;

namespace DistConv.Grains.Exchange;

/// <summary>The thread on which a silo adds up what others have sent. It sleeps in the kernel while there is nothing to do: nothing spins beside the
/// computation.</summary>
internal sealed class WorkQueue : IDisposable
{
    private readonly object _lock = new();
    private readonly Queue<Action> _works = new();
    private readonly Thread _thread;
    private bool _isClosed;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Its name.</param>
    public WorkQueue(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>What a work threw; the work after it goes on.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>Has some work done after all that was posted before.</summary>
    /// <param name="work">The work.</param>
    public void Post(Action work)
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _works.Enqueue(work);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Ends the thread when the work that runs has ended; what is queued is not done.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _works.Clear();
            Monitor.Pulse(_lock);
        }

        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    private void Run()
    {
        using IDisposable? clock = Telemetry.ExchangeThreads.Enter();
        while (Take() is { } work)
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Whatever it is: the caller is told, and other jobs go on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed?.Invoke(e);
            }
        }
    }

    private Action? Take()
    {
        lock (_lock)
        {
            while (_works.Count == 0 && !_isClosed) Monitor.Wait(_lock);
            return _isClosed ? null : _works.Dequeue();
        }
    }
}
