using DistConv.Training.Records;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="RecordCursor"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.RecordCursor")]
internal struct RecordCursorSurrogate
{
    [Id(0)]
    public long Fence;

    [Id(1)]
    public long Segment;

    [Id(2)]
    public long Offset;
}

/// <summary>Converts <see cref="RecordCursor"/>.</summary>
[RegisterConverter]
internal sealed class RecordCursorConverter : IConverter<RecordCursor, RecordCursorSurrogate>
{
    /// <inheritdoc/>
    public RecordCursor ConvertFromSurrogate(in RecordCursorSurrogate surrogate) => new(surrogate.Fence, surrogate.Segment, surrogate.Offset);

    /// <inheritdoc/>
    public RecordCursorSurrogate ConvertToSurrogate(in RecordCursor value) => new() { Fence = value.Fence, Segment = value.Segment, Offset = value.Offset };
}

/// <summary><see cref="RecordPage"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.RecordPage")]
internal struct RecordPageSurrogate
{
    [Id(0)]
    public RecordCursor First;

    [Id(1)]
    public int Layers;

    [Id(2)]
    public byte[] Rows;

    [Id(3)]
    public RecordCursor Next;
}

/// <summary>Converts <see cref="RecordPage"/>.</summary>
[RegisterConverter]
internal sealed class RecordPageConverter : IConverter<RecordPage, RecordPageSurrogate>
{
    /// <inheritdoc/>
    public RecordPage ConvertFromSurrogate(in RecordPageSurrogate surrogate) => new(surrogate.First, surrogate.Layers, surrogate.Rows, surrogate.Next);

    /// <inheritdoc/>
    public RecordPageSurrogate ConvertToSurrogate(in RecordPage value) =>
        new() { First = value.First, Layers = value.Layers, Rows = value.Rows.ToArray(), Next = value.Next };
}
