using DistConv.Core;

namespace DistConv.Training.Jobs;

/// <summary>
/// Reads a page of a job's log while another process appends to it. A line that is still being written belongs to a later page. Segments of a writer that
/// died may end with a part of a line, which is left out. Positions are always those between two lines.
/// </summary>
/// <param name="folder">The job's folder.</param>
/// <param name="maxBytes">Bytes of the log that a page has at most.</param>
internal sealed class RecordReader(string folder, int maxBytes)
{
    /// <summary>The least that a page may be limited to: longer lines than this are read as damaged.</summary>
    public const int MinBytes = 1 << 12;

    private readonly byte[] _bytes = new byte[maxBytes];
    private readonly List<RecordedStep> _steps = [];
    private int _left;
    private int _damaged;
    private RecordCursor _next;

    /// <summary>Reads the page after a position.</summary>
    /// <param name="after">The position.</param>
    /// <returns>At least one line, if a complete one follows and is not damaged.</returns>
    /// <exception cref="InvalidInputException">There is no such position.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public RecordPage Read(RecordCursor after)
    {
        // Listed before anything is read: whoever began a later segment has ended the earlier ones.
        List<(string Path, long Fence, long Segment)> segments = StoreNames.Numbered(folder, "log", ".jsonl");
        int first = after == default ? 0 : segments.FindIndex(segment => (segment.Fence, segment.Segment) == (after.Fence, after.Segment));
        if (first < 0) throw NoSuchPosition(after);
        (_next, _left) = (after, _bytes.Length);
        for (int i = first; i < segments.Count; i++)
        {
            (string path, long fence, long segment) = segments[i];
            RecordCursor begin = i == first && after != default ? after : new RecordCursor(fence, segment, 0);
            if (!ReadSegment(path, begin)) break;
        }

        return new RecordPage(_steps, _next, _damaged);
    }

    /// <summary>Reads the lines of a segment.</summary>
    /// <returns>Whether the page has room for the next segment.</returns>
    private bool ReadSegment(string path, RecordCursor begin)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        EnsureBetweenLines(stream, begin);
        stream.Position = begin.Offset;
        int filled = stream.ReadAtLeast(_bytes.AsSpan(0, _left), _left, throwOnEndOfStream: false);
        int end = _bytes.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
        for (int start = 0; start < end;)
        {
            int length = _bytes.AsSpan(start, end - start).IndexOf((byte)'\n');
            StepLogEntry? entry = StepLog.TryParse(_bytes.AsMemory(start, length));
            start += length + 1;
            _next = begin with { Offset = begin.Offset + start };
            if (entry is null) _damaged++;
            else _steps.Add(new RecordedStep(_next, entry));
        }

        bool isWhole = filled < _left;
        _left -= end;
        if (isWhole) return _left > 0;
        return end == 0 && _left == _bytes.Length && IsCutShort(stream, begin);
    }

    /// <summary>No line is as long as a page: it is damaged, and skipped to its end.</summary>
    /// <returns>True if it has no end: the segment holds nothing more.</returns>
    private bool IsCutShort(FileStream stream, RecordCursor begin)
    {
        long offset = begin.Offset + _bytes.Length;
        while (stream.Read(_bytes) is var filled and > 0)
        {
            int end = _bytes.AsSpan(0, filled).IndexOf((byte)'\n');
            if (end >= 0)
            {
                (_next, _damaged) = (begin with { Offset = offset + end + 1 }, _damaged + 1);
                return false;
            }

            offset += filled;
        }

        return true;
    }

    private void EnsureBetweenLines(FileStream stream, RecordCursor at)
    {
        if (at.Offset == 0) return;
        if (at.Offset < 0 || at.Offset > stream.Length) throw NoSuchPosition(at);
        stream.Position = at.Offset - 1;
        if (stream.ReadByte() != '\n') throw NoSuchPosition(at);
    }

    private InvalidInputException NoSuchPosition(RecordCursor cursor) =>
        new($"job '{Path.GetFileName(folder)}' has no position '{cursor}' in its record: use one that a page of it gave, or '{default(RecordCursor)}' for "
            + $"the beginning");
}
