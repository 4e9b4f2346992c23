using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace DistConv.Training.Jobs;

/// <summary>
/// Appends to one segment of a job's log. Lines are collected and written together, at least four times a second while steps arrive; appending allocates
/// nothing once the buffer has grown. Not for several threads.
/// </summary>
public sealed class StepLogWriter : IDisposable
{
    private const int FlushBytes = 64 << 10;
    private static readonly TimeSpan _flushInterval = TimeSpan.FromMilliseconds(250);

    private readonly FileStream _stream;
    private readonly Action _ensureFence;
    private readonly TimeProvider _time;
    private readonly ArrayBufferWriter<byte> _lines = new(2 * FlushBytes);
    private readonly Utf8JsonWriter _json;
    private readonly string _folder;
    private long _flushedAt;
    private long _length;

    internal StepLogWriter(string path, Action ensureFence, TimeProvider time)
    {
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        _folder = Path.GetDirectoryName(path)!;
        _ensureFence = ensureFence;
        _time = time;
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions { SkipValidation = true });
        _flushedAt = time.GetTimestamp();
    }

    /// <summary>Appends a step.</summary>
    /// <param name="step">Number of the step; the first is 0.</param>
    /// <param name="loss">Mean loss of its samples.</param>
    /// <param name="accuracy">Share that was classified correctly, 0 … 1.</param>
    /// <param name="samples">How many samples it had.</param>
    /// <param name="milliseconds">Wall time.</param>
    /// <param name="layerHashes">The hash of each layer's weights on which the step was computed.</param>
    /// <param name="learningRate">The learning rate with which it is applied.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(
        long step, double loss, double accuracy, int samples, double milliseconds, ReadOnlySpan<ulong> layerHashes, float learningRate)
    {
        _json.WriteStartObject();
        _json.WriteNumber("step"u8, step);
        WriteNumber("loss"u8, loss);
        WriteNumber("accuracy"u8, accuracy);
        _json.WriteNumber("samples"u8, samples);
        WriteNumber("ms"u8, milliseconds);
        _json.WriteNumber("rate"u8, learningRate);
        _json.WriteStartArray("layerHashes"u8);
        Span<byte> hex = stackalloc byte[16];
        foreach (ulong hash in layerHashes)
        {
            Utf8Formatter.TryFormat(hash, hex, out int length, new StandardFormat('x', 16));
            _json.WriteStringValue(hex[..length]);
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
        if (_lines.WrittenCount >= FlushBytes || _time.GetElapsedTime(_flushedAt) >= _flushInterval)
        {
            Flush();
        }
    }

    /// <summary>Writes what is collected.</summary>
    /// <param name="durable">Whether to wait for the disk: before a snapshot, so that no step before it can be missing from the log.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Flush(bool durable = false)
    {
        if (_lines.WrittenCount > 0)
        {
            _ensureFence();
            StoreDisk.Write(_folder, "the job's log", WriteLines);
        }

        if (durable)
        {
            StoreDisk.Write(_folder, "the job's log", () => _stream.Flush(flushToDisk: true));
        }

        _flushedAt = _time.GetTimestamp();
    }

    /// <summary>Writes what is collected, unless another process has taken the job over (it logs the same steps), and closes the segment.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Dispose()
    {
        try
        {
            Flush();
        }
        catch (FencedException)
        {
            // Its successor computes these steps again.
        }
        finally
        {
            _json.Dispose();
            _stream.Dispose();
        }
    }

    /// <summary>All of the lines or nothing: what a full disk took of them is taken back, and they wait for the next time.</summary>
    private void WriteLines()
    {
        try
        {
            _stream.Write(_lines.WrittenSpan);
        }
        catch (IOException)
        {
            _stream.SetLength(_length);
            _stream.Position = _length;
            throw;
        }

        _length += _lines.WrittenCount;
        _lines.ResetWrittenCount();
    }

    private void WriteNumber(ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
        {
            _json.WriteNumber(name, value);
        }
        else
        {
            _json.WriteString(name, double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
        }
    }
}
