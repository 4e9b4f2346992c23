using DistConv.Core;
using DistConv.Training.Records;

namespace DistConv.Training.Jobs;

/// <summary>
/// Reads a page of a job's record while another process appends to it. An entry that is still being written belongs to a later page. Segments of a writer that
/// died may end with a part of an entry, which is left out. Positions are always those between two entries.
/// </summary>
/// <param name="folder">The job's folder.</param>
/// <param name="maxBytes">Bytes of the record that a page has at most.</param>
internal sealed class RecordReader(string folder, int maxBytes)
{
    /// <summary>The least that a page may be limited to: no entry has more bytes.</summary>
    public const int MinBytes = 1 << 16;

    /// <summary>Reads the page after a position.</summary>
    /// <param name="after">The position.</param>
    /// <returns>At least one entry, if a complete one follows.</returns>
    /// <exception cref="InvalidInputException">There is no such position.</exception>
    /// <exception cref="IOException">The record cannot be read.</exception>
    public RecordPage Read(RecordCursor after)
    {
        // Listed before anything is read: whoever began a later segment has ended the earlier ones.
        List<RecordSegment> segments = RecordSegment.List(folder);
        int first = after == default ? 0 : segments.FindIndex(segment => segment.Fence == after.Fence && segment.Number == after.Segment);
        if (first < 0) throw NoSuchPosition(after);
        for (int i = first; i < segments.Count; i++)
        {
            RecordSegment segment = segments[i];
            RecordCursor begin = i == first && after != default ? after : new RecordCursor(segment.Fence, segment.Number, 0);
            if (Read(segment, begin) is { } page) return page;
        }

        return new RecordPage(after, 0, default, after);
    }

    /// <summary>The step that was recorded last. However long the segments are, only their ends are read.</summary>
    /// <returns>The last step of the newest segment that has one near its end; null if none has, or if an earlier build wrote it.</returns>
    /// <exception cref="IOException">The record cannot be read.</exception>
    public long? LastStep()
    {
        foreach (RecordSegment segment in RecordSegment.List(folder).AsEnumerable().Reverse())
        {
            if (segment.IsLegacy) return null;
            if (ReadEnd(segment)?.Entries.Select(entry => entry.Step).OfType<StepEntry>().LastOrDefault() is { Step: var step }) return step;
        }

        return null;
    }

    /// <summary>Reads as much of the end of a segment as a page has.</summary>
    /// <returns>Null if it has no complete entry, or cannot be understood.</returns>
    private RecordPage? ReadEnd(RecordSegment segment)
    {
        using FileStream stream = Open(segment);
        Span<byte> head = stackalloc byte[RowLayout.HeadBytes];
        if (!RowLayout.TryReadHead(head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)], out int layers)) return null;
        int rowBytes = RowLayout.RowBytes(layers);
        long rows = (stream.Length - RowLayout.HeadBytes) / rowBytes, left = long.Max(0, rows - (maxBytes / rowBytes));
        return Read(segment, new RecordCursor(segment.Fence, segment.Number, RowLayout.HeadBytes + (left * rowBytes)));
    }

    private static FileStream Open(RecordSegment segment) =>
        new(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>Reads a part of a segment.</summary>
    /// <returns>Null if no complete entry follows in it.</returns>
    private RecordPage? Read(RecordSegment segment, RecordCursor begin)
    {
        if (segment.IsLegacy)
        {
            RecordPage page = LegacyLog.Read(segment.Path, begin) ?? throw NoSuchPosition(begin);
            return page.Rows.IsEmpty ? null : page;
        }

        using FileStream stream = Open(segment);
        Span<byte> head = stackalloc byte[RowLayout.HeadBytes];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return begin.Offset == 0 ? null : throw NoSuchPosition(begin);
        if (!RowLayout.TryReadHead(head, out int layers)) return begin.Offset == 0 ? Unreadable(begin) : null;
        int rowBytes = RowLayout.RowBytes(layers);
        long offset = long.Max(begin.Offset, RowLayout.HeadBytes);
        if (begin.Offset < 0 || offset > stream.Length || (offset - RowLayout.HeadBytes) % rowBytes != 0 || (begin.Offset > 0 && begin.Offset < offset))
            throw NoSuchPosition(begin);
        stream.Position = offset;
        var rows = new byte[long.Min(maxBytes, stream.Length - offset) / rowBytes * rowBytes];
        int whole = stream.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false) / rowBytes * rowBytes;
        while (whole > 0 && RowLayout.IsContinued(rows.AsSpan(whole - rowBytes, rowBytes))) whole -= rowBytes;
        if (whole == 0) return null;
        return new RecordPage(begin with { Offset = offset }, layers, rows.AsMemory(0, whole), begin with { Offset = offset + whole });
    }

    /// <summary>A segment whose head is damaged, or of a later build: it counts as one damaged row.</summary>
    private static RecordPage Unreadable(RecordCursor begin) =>
        new(begin, 0, new byte[RowLayout.RowBytes(0)], begin with { Offset = RowLayout.HeadBytes });

    private InvalidInputException NoSuchPosition(RecordCursor cursor) =>
        new($"job '{Path.GetFileName(folder)}' has no position '{cursor}' in its record: use one that a page of it gave, or '{default(RecordCursor)}' for "
            + $"the beginning");
}
