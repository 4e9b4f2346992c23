using DistConv.Core;
using DistConv.Training.Records;

namespace DistConv.Training.Jobs;

/// <content>The record of what the job's steps measured and of what happened to it.</content>
public sealed partial class JobFolder
{
    /// <summary>Begins a new segment of the job's record.</summary>
    /// <param name="fence">The caller's claim.</param>
    /// <param name="layers">Layers with parameters: how many hashes each step has.</param>
    /// <returns>A writer for one thread.</returns>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public RecordWriter OpenRecord(long fence, int layers)
    {
        EnsureFence(fence);
        long number = RecordSegment.List(Path).FindLast(segment => segment.Fence == fence)?.Number ?? 0;
        return new RecordWriter(In(StoreNames.Record(fence, number + 1)), layers, () => EnsureFence(fence), _time);
    }

    /// <summary>Reads a page of the job's record, also while another process appends to it.</summary>
    /// <param name="after">Where to begin: the default, or the <see cref="RecordPage.Next"/> of the page before.</param>
    /// <param name="maxBytes">Bytes of the record to read at most; at least 64 KiB. Default: 256 KiB, some 2,000 steps of a small network.</param>
    /// <returns>The complete entries that follow, in the order of the record.</returns>
    /// <exception cref="InvalidInputException">The record has no such position.</exception>
    /// <exception cref="IOException">The record cannot be read.</exception>
    public RecordPage ReadRecord(RecordCursor after = default, int maxBytes = 1 << 18)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, RecordReader.MinBytes);
        return new RecordReader(Path, maxBytes).Read(after);
    }

    /// <summary>Reads the whole record.</summary>
    /// <returns>Each step once, ascending, as the highest fence has it; and what happened.</returns>
    /// <exception cref="IOException">The record cannot be read.</exception>
    public RecordTable ReadRecordTable()
    {
        RecordTable table = new();
        RecordCursor next = default;
        while (ReadRecord(next, 1 << 22) is var page && page.Next != next)
        {
            table.Add(page);
            next = page.Next;
        }

        return table;
    }

    /// <summary>The step that was recorded last, by whichever run.</summary>
    /// <returns>Null if there is none, or if an earlier build recorded it.</returns>
    /// <exception cref="IOException">The record cannot be read.</exception>
    internal long? LastRecordedStep() => new RecordReader(Path, RecordReader.MinBytes).LastStep();

    /// <summary>Reads the job's record as it grows.</summary>
    /// <returns>A reader that stands before the first entry.</returns>
    public RecordFollower FollowRecord() => new(this);
}
