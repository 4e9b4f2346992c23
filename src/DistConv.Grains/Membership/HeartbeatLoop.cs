using DistConv.Grains.Contracts;

namespace DistConv.Grains.Membership;

/// <summary>
/// Asks the other silos for signs of life, each four times a second, on a thread of its own. An answer that a busy thread pool keeps is not missed: while the
/// pool does not run what it is given, nobody's silence counts. The thread sleeps while there is no other silo.
/// </summary>
internal sealed class HeartbeatLoop : IDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(250);

    private readonly Func<SiloAddress, Task<HeartbeatReply>> _heartbeat;
    private readonly Action<SiloAddress, HeartbeatRecord> _changed;
    private readonly Lock _gate = new();
    private readonly object _wake = new();
    private Dictionary<SiloAddress, HeartbeatRecord> _records = [];
    private bool _closing;
    private volatile bool _poolRuns = true;

    /// <summary>A loop that is not started.</summary>
    /// <param name="heartbeat">Asks a silo.</param>
    /// <param name="changed">Told, under a lock, when a silo is lost, answers again, or is about to stop.</param>
    public HeartbeatLoop(Func<SiloAddress, Task<HeartbeatReply>> heartbeat, Action<SiloAddress, HeartbeatRecord> changed) =>
        (_heartbeat, _changed) = (heartbeat, changed);

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "DistConv heartbeats", Priority = ThreadPriority.AboveNormal }.Start();

    /// <summary>Sets whom to ask.</summary>
    /// <param name="silos">The other silos.</param>
    public void Watch(IEnumerable<SiloAddress> silos)
    {
        lock (_gate) _records = silos.ToDictionary(silo => silo, silo => _records.GetValueOrDefault(silo) ?? new HeartbeatRecord());
        Wake(close: false);
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose() => Wake(close: true);

    private void Run()
    {
        while (true)
        {
            bool isAlone;
            lock (_gate) isAlone = _records.Count == 0;
            lock (_wake)
            {
                if (_closing) return;
                Monitor.Wait(_wake, isAlone ? Timeout.InfiniteTimeSpan : _tick);
                if (_closing) return;
            }

            Tick();
        }
    }

    private void Tick()
    {
        bool counts = _poolRuns;
        _poolRuns = false;
        ThreadPool.UnsafeQueueUserWorkItem(static loop => loop._poolRuns = true, this, preferLocal: false);
        List<(SiloAddress Silo, HeartbeatRecord Record, long Number)> due = [];
        lock (_gate)
        {
            foreach ((SiloAddress silo, HeartbeatRecord record) in _records)
            {
                Change(silo, record, () =>
                {
                    if (record.Tick(counts) is var number and > 0) due.Add((silo, record, number));
                });
            }
        }

        foreach ((SiloAddress silo, HeartbeatRecord record, long number) in due) _ = AskAsync(silo, record, number);
    }

    private async Task AskAsync(SiloAddress silo, HeartbeatRecord record, long number)
    {
        try
        {
            HeartbeatReply reply = await _heartbeat(silo).ConfigureAwait(false);
            lock (_gate) Change(silo, record, () => record.Answered(number, reply.IsLeaving));
        }
#pragma warning disable CA1031 // Whatever it is, the silo did not answer.
        catch (Exception)
#pragma warning restore CA1031
        {
            lock (_gate) Change(silo, record, () => record.Failed(number));
        }
    }

    private void Change(SiloAddress silo, HeartbeatRecord record, Action change)
    {
        (bool, bool) before = (record.IsLost, record.IsLeaving);
        change();
        if ((record.IsLost, record.IsLeaving) != before) _changed(silo, record);
    }

    private void Wake(bool close)
    {
        lock (_wake)
        {
            _closing |= close;
            Monitor.Pulse(_wake);
        }
    }
}
