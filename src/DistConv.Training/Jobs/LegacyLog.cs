using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Jobs;

/// <summary>Segments that earlier builds wrote: a line of JSON for each step. Each is read as one page of rows, in which a damaged line is a damaged
/// row.</summary>
internal static class LegacyLog
{
    /// <summary>Reads a segment. Nobody appends to it any more: a build that writes such lines does not share a job with this one.</summary>
    /// <param name="path">The segment.</param>
    /// <param name="begin">Where to begin, in bytes of the rows.</param>
    /// <returns>The rows from there on; null if there is no such position.</returns>
    public static RecordPage? Read(string path, RecordCursor begin)
    {
        List<StepEntry?> steps = [];
        ReadOnlyMemory<byte> rest = AtomicFile.TryReadAllBytes(path) ?? [];
        for (int end; (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..]) steps.Add(TryParse(rest[..end]));
        int layers = steps.Find(step => step is not null)?.LayerHashes.Count ?? 0, rowBytes = RowLayout.RowBytes(layers);
        long length = (long)steps.Count * rowBytes;
        if (begin.Offset < 0 || begin.Offset > length || begin.Offset % rowBytes != 0) return null;
        return new RecordPage(begin, layers, Rows(steps, layers).AsMemory((int)begin.Offset), begin with { Offset = length });
    }

    private static byte[] Rows(List<StepEntry?> steps, int layers)
    {
        ArrayBufferWriter<byte> rows = new();
        RowEncoder encoder = new(layers, rows);
        foreach (StepEntry? step in steps)
        {
            if (step?.LayerHashes.Count == layers)
            {
                StepMeasures measures = new(default, step.Milliseconds, default, 0, default);
                encoder.Step(step.Step, step.Loss, step.Accuracy, step.Samples, measures, [.. step.LayerHashes], step.LearningRate ?? float.NaN);
                continue;
            }

            int rowBytes = RowLayout.RowBytes(layers);
            rows.GetSpan(rowBytes)[..rowBytes].Clear();
            rows.Advance(rowBytes);
        }

        return rows.WrittenSpan.ToArray();
    }

    private static StepEntry? TryParse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement entry = document.RootElement;
            return new StepEntry(
                entry.GetProperty("step").GetInt64(),
                Number(entry.GetProperty("loss")),
                Number(entry.GetProperty("accuracy")),
                entry.GetProperty("samples").GetInt32(),
                Number(entry.GetProperty("ms")),
                [.. entry.GetProperty("layerHashes").EnumerateArray().Select(hash => ulong.Parse(hash.GetString()!, NumberStyles.AllowHexSpecifier))],
                entry.TryGetProperty("rate", out JsonElement rate) ? rate.GetSingle() : null);
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble();
}
