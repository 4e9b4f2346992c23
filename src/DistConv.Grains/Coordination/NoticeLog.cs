namespace DistConv.Grains.Coordination;

/// <summary>What happened to a run's silos, for people: the newest lines, each once. Safe for several threads.</summary>
internal sealed class NoticeLog
{
    /// <summary>How many lines are kept; the oldest give way.</summary>
    public const int Capacity = 100;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, bool> _kept = [];
    private string[] _lines = [];

    /// <summary>The lines, the oldest first; the same object until a line is added.</summary>
    public IReadOnlyList<string> Lines => Volatile.Read(ref _lines);

    /// <summary>Adds a line, unless it is there.</summary>
    /// <param name="line">The line.</param>
    public void Add(string line)
    {
        lock (_lock)
        {
            if (!_kept.TryAdd(line, true)) return;
            if (_kept.Count > Capacity) _kept.RemoveAt(0);
            Volatile.Write(ref _lines, [.. _kept.Keys]);
        }
    }
}
