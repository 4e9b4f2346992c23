using System.Buffers.Binary;
using System.Text.Json;
using DistConv.Training.Metrics;

namespace DistConv.Training.Records;

/// <summary>Reads the rows of a page.</summary>
internal static class RowDecoder
{
    /// <summary>Reads a page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>Its entries, and how many rows are damaged.</returns>
    public static (IReadOnlyList<RecordEntry> Entries, int Damaged) Decode(RecordPage page)
    {
        int rowBytes = RowLayout.RowBytes(page.Layers), damaged = 0;
        List<RecordEntry> entries = new(page.Rows.Length / rowBytes);
        List<byte> text = [];
        LayerNorms? norms = null;
        long normsStep = -1;
        for (int offset = 0; offset + rowBytes <= page.Rows.Length; offset += rowBytes)
        {
            ReadOnlySpan<byte> row = page.Rows.Span.Slice(offset, rowBytes);
            RecordCursor after = page.First with { Offset = page.First.Offset + offset + rowBytes };
            RowKind kind = RowLayout.IsWhole(row) ? (RowKind)row[RowLayout.Kind] : 0;
            switch (kind)
            {
                case RowKind.Step:
                    StepEntry step = Step(row, page.Layers);
                    entries.Add(new RecordEntry(after, normsStep == step.Step ? step with { Norms = norms } : step, null));
                    break;
                case RowKind.Norms:
                    (norms, normsStep) = (Norms(row, page.Layers), BinaryPrimitives.ReadInt64LittleEndian(row[RowLayout.Step..]));
                    break;
                case RowKind.Text:
                    int length = BinaryPrimitives.ReadUInt16LittleEndian(row[RowLayout.TextLength..]);
                    text.AddRange(row.Slice(RowLayout.Body, int.Min(length, rowBytes - RowLayout.Body)));
                    if (row[RowLayout.GoesOn] != 0) break;
                    if (Event(text) is { } happened) entries.Add(new RecordEntry(after, null, happened));
                    else damaged++;
                    text.Clear();
                    break;
                default: // Damaged, or of a later build.
                    damaged++;
                    text.Clear();
                    break;
            }
        }

        return (entries, damaged);
    }

    private static StepEntry Step(ReadOnlySpan<byte> row, int layers)
    {
        var hashes = new ulong[layers];
        for (int layer = 0; layer < layers; layer++)
            hashes[layer] = BinaryPrimitives.ReadUInt64LittleEndian(row[(RowLayout.Hashes + (layer * sizeof(ulong)))..]);
        float rate = BinaryPrimitives.ReadSingleLittleEndian(row[RowLayout.Rate..]);
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(row[RowLayout.Time..]);
        ReadOnlySpan<byte> phases = row[RowLayout.Phases..];
        return new StepEntry(
            BinaryPrimitives.ReadInt64LittleEndian(row[RowLayout.Step..]),
            BinaryPrimitives.ReadDoubleLittleEndian(row[RowLayout.Loss..]),
            BinaryPrimitives.ReadDoubleLittleEndian(row[RowLayout.Accuracy..]),
            BinaryPrimitives.ReadInt32LittleEndian(row[RowLayout.Samples..]),
            BinaryPrimitives.ReadDoubleLittleEndian(row[RowLayout.Milliseconds..]),
            hashes,
            float.IsNaN(rate) ? null : rate)
        {
            Time = microseconds == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond),
            RetriedShards = BinaryPrimitives.ReadInt32LittleEndian(row[RowLayout.Retried..]),
            Timing = new StepTiming(
                BinaryPrimitives.ReadSingleLittleEndian(phases),
                BinaryPrimitives.ReadSingleLittleEndian(phases[4..]),
                BinaryPrimitives.ReadSingleLittleEndian(phases[8..]),
                BinaryPrimitives.ReadSingleLittleEndian(phases[12..]),
                BinaryPrimitives.ReadInt64LittleEndian(row[RowLayout.Bytes..])),
        };
    }

    private static LayerNorms Norms(ReadOnlySpan<byte> row, int layers)
    {
        float[] gradient = new float[layers], weights = new float[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<byte> pair = row[(RowLayout.Body + (layer * 2 * sizeof(float)))..];
            gradient[layer] = BinaryPrimitives.ReadSingleLittleEndian(pair);
            weights[layer] = BinaryPrimitives.ReadSingleLittleEndian(pair[sizeof(float)..]);
        }

        return new LayerNorms(gradient, weights);
    }

    private static JobEvent? Event(List<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize([.. text], RecordJsonContext.Default.JobEvent);
        }
        catch (JsonException)
        {
            return null; // Of a later build, with a kind that this one does not know.
        }
    }
}
