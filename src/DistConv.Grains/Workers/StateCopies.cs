using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Workers;

/// <summary>
/// A replica's state as it was at a step, and the gradients that it applied since: from these another silo makes the same replica while this one goes on.
/// There is nothing here, and nothing is copied at a step, unless somebody follows. Safe for several threads.
/// </summary>
internal sealed class StateCopies
{
    private const long MaxGradientBytes = 64 << 20;
    private const int MaxGradients = 4_096;

    private readonly Lock _lock = new();
    private readonly Queue<ReducedMessage> _gradients = new();
    private Snapshot? _state;
    private long _copy;
    private int _unread;

    /// <summary>The copy that is kept, if the gradients since are kept as well.</summary>
    /// <returns>Its number and the state, or null.</returns>
    public (long Copy, Snapshot State)? Current()
    {
        lock (_lock)
        {
            _unread = 0;
            return _state is { } state && (_gradients.Count == 0 || _gradients.Peek().Commit.Step == state.Step) ? (_copy, state) : null;
        }
    }

    /// <summary>Keeps a copy in place of the one before.</summary>
    /// <param name="state">The state, which nobody changes.</param>
    /// <returns>Its number.</returns>
    public long Keep(Snapshot state)
    {
        lock (_lock)
        {
            Clear();
            _state = state;
            return ++_copy;
        }
    }

    /// <summary>A part of a copy.</summary>
    /// <param name="request">Which.</param>
    /// <returns>The values.</returns>
    /// <exception cref="InvalidOperationException">It is not kept any longer.</exception>
    public FloatBlock Read(ChunkRequest request)
    {
        lock (_lock)
        {
            _unread = 0;
            if (_state is null || request.Copy != _copy)
                throw new InvalidOperationException($"job '{request.Job}': copy {request.Copy} of the state is no longer kept");
            return new FloatBlock(_state.Tensors[request.Tensor].Values.Slice(request.First, request.Count));
        }
    }

    /// <summary>A gradient was applied.</summary>
    /// <param name="applied">Its step.</param>
    /// <param name="whole">Its values, which are copied if somebody follows.</param>
    public void Add(CommitMessage applied, FloatBuffer whole)
    {
        lock (_lock)
        {
            if (_state is null) return;
            long kept = long.Max(1, long.Min(MaxGradients, MaxGradientBytes / (whole.Length * sizeof(float))));
            if (++_unread > kept)
            {
                Clear(); // Nobody follows any longer.
                return;
            }

            if (_gradients.Count == kept) _gradients.Dequeue();
            _gradients.Enqueue(new ReducedMessage(applied, new GradientMessage(whole.Clone()))); // Freed by its finalizer: an answer may still be on its way.
        }
    }

    /// <summary>The gradient of a step.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Null if it is not kept.</returns>
    public ReducedMessage? Find(long step)
    {
        lock (_lock)
        {
            _unread = 0;
            return _gradients.FirstOrDefault(gradient => gradient.Commit.Step == step);
        }
    }

    private void Clear()
    {
        _state = null;
        _gradients.Clear();
    }
}
