using System.Runtime.ExceptionServices;

namespace DistConv.Training.Snapshots;

/// <summary>
/// Writes snapshots on a thread of its own, so that training does not wait for the disk. An error is thrown once, by the next <see cref="TryEnqueue"/>,
/// <see cref="FlushAsync"/> or <see cref="DisposeAsync"/>; later snapshots are written nevertheless.
/// </summary>
public sealed class SnapshotWriter : IAsyncDisposable
{
    private readonly Action<Snapshot> _write;
    private readonly int _capacity;
    private readonly Queue<Snapshot> _waiting = new();
    private readonly List<TaskCompletionSource> _flushes = [];
    private readonly object _gate = new();
    private bool _writing;
    private bool _closed;
    private Exception? _error;

    /// <summary>Starts the thread.</summary>
    /// <param name="write">Writes one snapshot, such as <c>snapshot => folder.WriteSnapshot(snapshot, fence)</c>. Called on the writer's thread.</param>
    /// <param name="capacity">How many snapshots may wait beside the one that is being written; default 1.</param>
    public SnapshotWriter(Action<Snapshot> write, int capacity = 1)
    {
        ArgumentNullException.ThrowIfNull(write);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _write = write;
        _capacity = capacity;
        new Thread(Run) { IsBackground = true, Name = "DistConv snapshots" }.Start();
    }

    /// <summary>Whether a snapshot is being written.</summary>
    public bool IsWriting
    {
        get
        {
            lock (_gate) return _writing;
        }
    }

    /// <summary>Hands a snapshot over, unless the disk is behind.</summary>
    /// <param name="snapshot">The snapshot; its tensors must not change any more.</param>
    /// <returns>False when as many as may wait are waiting: the snapshot was not taken. One that must not be lost is handed over after
    /// <see cref="FlushAsync"/>.</returns>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    /// <exception cref="Exception">What the first failed write threw, once.</exception>
    public bool TryEnqueue(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            ThrowError();
            if (_waiting.Count >= _capacity)
            {
                return false;
            }

            _waiting.Enqueue(snapshot);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Waits until all snapshots that were handed over are written.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the writing.</param>
    /// <returns>The waiting.</returns>
    /// <exception cref="Exception">What the first failed write threw, once.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_writing && _waiting.Count == 0)
            {
                idle.SetResult();
            }
            else
            {
                _flushes.Add(idle);
            }
        }

        await idle.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowError();
        }
    }

    /// <summary>Waits until everything is written and ends the thread.</summary>
    /// <returns>The waiting.</returns>
    /// <exception cref="Exception">What the first failed write threw, if nobody has seen it.</exception>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        await FlushAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        while (TryTake() is { } snapshot)
        {
            Exception? error = null;
            try
            {
                _write(snapshot);
            }
            catch (Exception e)
            {
                error = e; // Whatever it is, it belongs to the thread that trains.
            }

            lock (_gate)
            {
                _writing = false;
                _error ??= error;
                if (_waiting.Count == 0)
                {
                    _flushes.ForEach(flush => flush.SetResult());
                    _flushes.Clear();
                }
            }
        }
    }

    private Snapshot? TryTake()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closed)
            {
                Monitor.Wait(_gate);
            }

            _writing = _waiting.Count > 0;
            return _writing ? _waiting.Dequeue() : null;
        }
    }

    private void ThrowError()
    {
        if (_error is { } error)
        {
            _error = null;
            ExceptionDispatchInfo.Throw(error);
        }
    }
}
