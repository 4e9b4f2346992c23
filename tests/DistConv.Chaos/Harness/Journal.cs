using System.Diagnostics;

namespace DistConv.Chaos.Harness;

/// <summary>A line that somebody wrote.</summary>
/// <param name="At">Time since the journal was begun.</param>
/// <param name="Source">Who: "silo 2", "redis", "timeline".</param>
/// <param name="Text">The line.</param>
internal readonly record struct JournalLine(TimeSpan At, string Source, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At.TotalSeconds,8:F2} s  {Source,-10}  {Text}";
}

/// <summary>All lines of all processes with their times, in memory and in a file. Safe for several threads.</summary>
internal sealed class Journal : IDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly List<JournalLine> _lines = [];
    private readonly List<(Func<JournalLine, bool> Matches, TaskCompletionSource<JournalLine> Found)> _awaited = [];
    private readonly StreamWriter _file;

    /// <summary>Begins a journal.</summary>
    /// <param name="path">Its file.</param>
    public Journal(string path) => _file = new StreamWriter(path) { AutoFlush = true };

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Number of lines so far: where <see cref="Since"/> goes on.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _lines.Count;
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(string source, string text)
    {
        List<TaskCompletionSource<JournalLine>> found = [];
        JournalLine line;
        lock (_gate)
        {
            line = new JournalLine(Now, source, text);
            _lines.Add(line);
            _file.WriteLine(line);
            foreach (var awaited in _awaited.Where(awaited => awaited.Matches(line)).ToArray())
            {
                found.Add(awaited.Found);
                _awaited.Remove(awaited);
            }
        }

        foreach (TaskCompletionSource<JournalLine> each in found) each.TrySetResult(line);
    }

    /// <summary>The lines from a position on.</summary>
    public IReadOnlyList<JournalLine> Since(int position)
    {
        lock (_gate) return _lines[position..];
    }

    /// <summary>The first line from a position on that matches, as soon as it is there.</summary>
    /// <param name="position">An earlier <see cref="Count"/>.</param>
    /// <param name="matches">What is awaited; called under a lock.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="TimeoutException">No such line came.</exception>
    public async Task<JournalLine> FirstAsync(int position, Func<JournalLine, bool> matches, TimeSpan limit, CancellationToken token)
    {
        TaskCompletionSource<JournalLine> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            int there = _lines.FindIndex(int.Min(position, _lines.Count), line => matches(line));
            if (there >= 0) return _lines[there];
            _awaited.Add((matches, found));
        }

        return await found.Task.WaitAsync(limit, token);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
