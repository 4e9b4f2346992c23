using DistConv.Core;

namespace DistConv.Training.Jobs;

/// <content>The record of a job's steps, page by page.</content>
public sealed partial class JobFolder
{
    /// <summary>Reads a page of the job's record, also while another process appends to it.</summary>
    /// <param name="after">Where to begin: the default, or the <see cref="RecordPage.Next"/> of the page before.</param>
    /// <param name="maxBytes">Bytes of the log to read at most; at least 4,096. Default: 256 KiB, some 1,500 steps of a small network.</param>
    /// <returns>The complete lines that follow, in the order of the log.</returns>
    /// <exception cref="InvalidInputException">The record has no such position.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public RecordPage ReadRecord(RecordCursor after = default, int maxBytes = 1 << 18)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, RecordReader.MinBytes);
        return new RecordReader(Path, maxBytes).Read(after);
    }
}
