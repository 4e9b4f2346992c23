using System.Text.Json;

namespace DistConv.Training.Jobs;

/// <summary>What one step measured, as a display needs it.</summary>
/// <param name="Step">Number of the step; the first is 0.</param>
/// <param name="Loss">Mean loss of its samples.</param>
/// <param name="Accuracy">Share of its samples that were classified correctly, 0 … 1.</param>
/// <param name="Samples">How many samples it had.</param>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="Fence">The claim under which it was logged.</param>
public readonly record struct StepMeasurement(long Step, double Loss, double Accuracy, int Samples, double Milliseconds, long Fence);

/// <summary>
/// Reads a job's log while another process writes it: each complete line once, the segments in the order in which they were begun. A line that is still being
/// written is read when it is complete; damaged ones are skipped (<see cref="JobFolder.ReadLog"/> names them). Not for several threads.
/// </summary>
public sealed class StepLogFollower
{
    private const int ChunkBytes = 1 << 18; // Far more than a line.

    private readonly string _folder;
    private readonly Dictionary<string, long> _read = [];
    private readonly byte[] _chunk = new byte[ChunkBytes];

    internal StepLogFollower(string folder) => _folder = folder;

    /// <summary>The lines that were completed since the last call; at the first call, all.</summary>
    /// <returns>Measurements in the order of the log: a resumed job repeats the steps after its snapshot.</returns>
    public IEnumerable<StepMeasurement> ReadNew()
    {
        foreach ((string path, long fence, _) in StoreNames.Numbered(_folder, "log", ".jsonl"))
        {
            long offset = _read.GetValueOrDefault(path);
            while (ReadChunk(path, offset) is var filled and > 0)
            {
                int end = _chunk.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
                if (end == 0 && filled < ChunkBytes) break;
                if (end == 0) end = filled; // No line is that long: it is damaged.
                for (int start = 0; start < end;)
                {
                    int length = _chunk.AsSpan(start, end - start).IndexOf((byte)'\n');
                    if (length < 0) length = end - start;
                    if (TryParse(_chunk.AsSpan(start, length), fence, out StepMeasurement measurement)) yield return measurement;
                    start += length + 1;
                }

                offset += end;
                _read[path] = offset;
            }
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> line, long fence, out StepMeasurement measurement)
    {
        (long step, double loss, double accuracy, int samples, double milliseconds) = (-1, 0, 0, 0, 0);
        try
        {
            Utf8JsonReader json = new(line);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isStep = json.ValueTextEquals("step"u8), isLoss = json.ValueTextEquals("loss"u8), isAccuracy = json.ValueTextEquals("accuracy"u8);
                bool isSamples = json.ValueTextEquals("samples"u8), isTime = json.ValueTextEquals("ms"u8);
                json.Read();
                if (isStep) step = json.GetInt64();
                else if (isLoss) loss = Number(ref json);
                else if (isAccuracy) accuracy = Number(ref json);
                else if (isSamples) samples = json.GetInt32();
                else if (isTime) milliseconds = Number(ref json);
                else json.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            step = -1;
        }

        measurement = new StepMeasurement(step, loss, accuracy, samples, milliseconds, fence);
        return step >= 0;
    }

    private static double Number(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.String ? double.Parse(json.GetString()!) : json.GetDouble();

    private int ReadChunk(string path, long offset)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (stream.Length <= offset) return 0;
            stream.Position = offset;
            return stream.ReadAtLeast(_chunk, _chunk.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }
}
