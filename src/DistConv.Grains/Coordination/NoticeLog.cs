using DistConv.Training.Records;

namespace DistConv.Grains.Coordination;

/// <summary>What happened to a run's silos: the newest lines for people, each once, and what the job's record has not got yet. Safe for several
/// threads.</summary>
internal sealed class NoticeLog
{
    /// <summary>How many lines are kept; the oldest give way.</summary>
    public const int Capacity = 100;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, bool> _kept = [];
    private readonly Queue<(JobEventKind Kind, string Line)> _untaken = new();
    private string[] _lines = [];

    /// <summary>The lines, the oldest first; the same object until a line is added.</summary>
    public IReadOnlyList<string> Lines => Volatile.Read(ref _lines);

    /// <summary>Adds a line, unless it is there.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="line">The line.</param>
    public void Add(JobEventKind kind, string line)
    {
        lock (_lock)
        {
            if (!_kept.TryAdd(line, true)) return;
            if (_kept.Count > Capacity) _kept.RemoveAt(0);
            Enqueue(kind, line);
            Volatile.Write(ref _lines, [.. _kept.Keys]);
        }
    }

    /// <summary>Adds a line for the job's record alone, also if it is there.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="line">The line.</param>
    public void Record(JobEventKind kind, string line)
    {
        lock (_lock) Enqueue(kind, line);
    }

    /// <summary>Takes the oldest line that has not been taken.</summary>
    /// <param name="notice">The line.</param>
    /// <returns>False if all have been taken.</returns>
    public bool TryTake(out (JobEventKind Kind, string Line) notice)
    {
        lock (_lock) return _untaken.TryDequeue(out notice);
    }

    private void Enqueue(JobEventKind kind, string line)
    {
        _untaken.Enqueue((kind, line));
        if (_untaken.Count > Capacity) _untaken.Dequeue();
    }
}
