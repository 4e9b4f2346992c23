namespace DistConv.Training.Records;

/// <summary>A part of a job's record: rows of one segment, as they stand on the disk.</summary>
/// <param name="First">Where the first row begins.</param>
/// <param name="Layers">Layers with parameters, which give a row its width.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Next">Where the next page begins; the position that was asked for when nothing follows it yet.</param>
public sealed record RecordPage(RecordCursor First, int Layers, ReadOnlyMemory<byte> Rows, RecordCursor Next)
{
    private (IReadOnlyList<RecordEntry> Entries, int Damaged)? _decoded;

    /// <summary>Its entries in the order of the record: a resumed job repeats the steps after its snapshot, under a higher fence.</summary>
    public IReadOnlyList<RecordEntry> Entries => Decoded.Entries;

    /// <summary>How many rows are damaged, and skipped.</summary>
    public int DamagedRows => Decoded.Damaged;

    private (IReadOnlyList<RecordEntry> Entries, int Damaged) Decoded => _decoded ??= RowDecoder.Decode(this);
}
