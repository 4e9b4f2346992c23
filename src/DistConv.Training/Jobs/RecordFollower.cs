using DistConv.Training.Records;

namespace DistConv.Training.Jobs;

/// <summary>
/// Reads a job's record while another process writes it: each complete entry once, the segments in the order in which they were begun. Not for several
/// threads.
/// </summary>
public sealed class RecordFollower
{
    private readonly JobFolder _folder;
    private RecordCursor _next;

    internal RecordFollower(JobFolder folder) => _folder = folder;

    /// <summary>The entries that were completed since the last call; at the first call, all.</summary>
    /// <returns>Entries in the order of the record: a resumed job repeats the steps after its snapshot.</returns>
    /// <exception cref="IOException">The record cannot be read.</exception>
    public IEnumerable<RecordEntry> ReadNew()
    {
        while (_folder.ReadRecord(_next) is var page && page.Next != _next)
        {
            _next = page.Next;
            foreach (RecordEntry entry in page.Entries) yield return entry;
        }
    }
}
