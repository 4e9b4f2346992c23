using DistConv.Grains.Contracts;

namespace DistConv.Grains.Workers;

/// <summary>
/// What has come of a step's reduced gradient ahead of the call that applies it: its early bucket, or chunks of a gradient that is too large for one message.
/// These come while a step is being computed, so they do not wait for the replica's turn: whoever applies the gradient takes it out first. Safe for several
/// threads.
/// </summary>
internal sealed class KeptGradient : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(int First, int End)> _ranges = [];
    private GradientMessage? _values;
    private long _step = -1;
    private bool _closed;

    /// <summary>Keeps a part that stands in a block for all parameters; the block is written to when the rest comes.</summary>
    /// <param name="step">The step.</param>
    /// <param name="part">The part.</param>
    public void Keep(long step, GradientMessage part)
    {
        lock (_lock)
        {
            Begin(step);
            if (!_closed)
            {
                _values = part;
                Note(part.First, part.Length);
                return;
            }
        }

        part.Release();
    }

    /// <summary>Keeps a copy of a chunk.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">Its first parameter.</param>
    /// <param name="chunk">Its values, which are released.</param>
    /// <param name="parameters">Number of parameters.</param>
    public void Keep(long step, int first, GradientMessage chunk, int parameters)
    {
        lock (_lock)
        {
            if (_step != step) Begin(step);
            if (!_closed)
            {
                _values ??= new GradientMessage(FloatBufferPool.Shared.Rent(parameters), 0, parameters, FloatBufferPool.Shared);
                chunk.Span.CopyTo(_values.Values.Span[first..]);
                Note(first, chunk.Length);
            }
        }

        chunk.Release();
    }

    /// <summary>Takes the gradient of a step out.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The first parameter that is needed: those before it come with the call.</param>
    /// <param name="parameters">Number of parameters.</param>
    /// <returns>A block for all parameters, which the caller releases; null if anything of it is missing.</returns>
    public GradientMessage? Take(long step, int first, int parameters)
    {
        lock (_lock)
        {
            if (_step != step || !Covers(first, parameters)) return null;
            GradientMessage? taken = _values;
            (_values, _step) = (null, -1);
            return taken;
        }
    }

    /// <summary>Lets go of what is kept, and keeps nothing from now on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Begin(-1);
            _closed = true;
        }
    }

    private void Begin(long step)
    {
        _values?.Release();
        (_values, _step) = (null, step);
        _ranges.Clear();
    }

    private void Note(int first, int length) => _ranges.Add((first, first + length));

    private bool Covers(int first, int end)
    {
        _ranges.Sort();
        int covered = first;
        foreach ((int start, int stop) in _ranges)
        {
            if (start > covered) break;
            covered = int.Max(covered, stop);
        }

        return covered >= end;
    }
}
