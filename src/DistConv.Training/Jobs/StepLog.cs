using System.Globalization;
using System.Text.Json;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Jobs;

/// <summary>One line of a job's log: what one step measured.</summary>
/// <param name="Step">Number of the step; the first is 0.</param>
/// <param name="Loss">Mean loss of its samples.</param>
/// <param name="Accuracy">Share of its samples that were classified correctly, 0 … 1.</param>
/// <param name="Samples">How many samples it had.</param>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="LayerHashes">The 64-bit hash of each layer's weights on which the step was computed, in layer order.</param>
/// <param name="LearningRate">The learning rate with which it was applied; null in logs of builds that did not note it.</param>
public sealed record StepLogEntry(
    long Step,
    double Loss,
    double Accuracy,
    int Samples,
    double Milliseconds,
    IReadOnlyList<ulong> LayerHashes,
    float? LearningRate);

/// <summary>Reads the segments of a job's log.</summary>
internal static class StepLog
{
    /// <summary>Merges all segments.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="warnings">A line for each damaged line. A last line that is cut short is none: its writer died.</param>
    /// <returns>Each step once, ascending: as the highest fence, and of its segments the last, has it.</returns>
    public static IReadOnlyList<StepLogEntry> Read(string folder, out IReadOnlyList<string> warnings)
    {
        SortedDictionary<long, StepLogEntry> merged = [];
        List<string> damaged = [];
        foreach ((string path, _, _) in StoreNames.Numbered(folder, "log", ".jsonl"))
        {
            int line = 0;
            for (ReadOnlyMemory<byte> rest = AtomicFile.TryReadAllBytes(path) ?? []; rest.Span.IndexOf((byte)'\n') is var end and >= 0; rest =
                rest[(end + 1)..])
            {
                line++;
                if (TryParse(rest[..end]) is { } entry)
                {
                    merged[entry.Step] = entry;
                }
                else
                {
                    damaged.Add($"'{path}' line {line} is damaged and skipped");
                }
            }
        }

        warnings = damaged;
        return [.. merged.Values];
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its end.</param>
    /// <returns>Null if it is damaged.</returns>
    public static StepLogEntry? TryParse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement entry = document.RootElement;
            JsonElement hashes = entry.GetProperty("layerHashes");
            return new StepLogEntry(
                entry.GetProperty("step").GetInt64(),
                Number(entry.GetProperty("loss")),
                Number(entry.GetProperty("accuracy")),
                entry.GetProperty("samples").GetInt32(),
                Number(entry.GetProperty("ms")),
                [.. hashes.EnumerateArray().Select(hash => ulong.Parse(hash.GetString()!, NumberStyles.AllowHexSpecifier))],
                entry.TryGetProperty("rate", out JsonElement rate) ? rate.GetSingle() : null);
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!) : value.GetDouble();
}
