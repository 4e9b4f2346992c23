using System.Buffers;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Training.Jobs;

/// <summary>
/// Appends to one segment of a job's record. Rows are collected and written together, at least four times a second while steps arrive; appending a step
/// allocates nothing once the buffer has grown. Not for several threads.
/// </summary>
public sealed class RecordWriter : IDisposable
{
    private const int FlushBytes = 64 << 10;
    private static readonly TimeSpan _flushInterval = TimeSpan.FromMilliseconds(250);

    private readonly FileStream _stream;
    private readonly Action _ensureFence;
    private readonly TimeProvider _time;
    private readonly ArrayBufferWriter<byte> _rows = new(2 * FlushBytes);
    private readonly RowEncoder _encoder;
    private readonly string _folder;
    private long _flushedAt;
    private long _length;

    internal RecordWriter(string path, int layers, Action ensureFence, TimeProvider time)
    {
        _stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        _folder = Path.GetDirectoryName(path)!;
        _ensureFence = ensureFence;
        _time = time;
        _encoder = new RowEncoder(layers, _rows);
        _flushedAt = time.GetTimestamp();
        RowLayout.WriteHead(_rows.GetSpan(RowLayout.HeadBytes)[..RowLayout.HeadBytes], layers);
        _rows.Advance(RowLayout.HeadBytes);
    }

    /// <summary>Whether everything that was appended stands in the file.</summary>
    internal bool IsWritten => _rows.WrittenCount == 0;

    /// <summary>Appends a step.</summary>
    /// <param name="step">Number of the step; the first is 0.</param>
    /// <param name="totals">Its sums.</param>
    /// <param name="measures">What the machines measured.</param>
    /// <param name="layerHashes">The hash of each layer's weights on which the step was computed.</param>
    /// <param name="learningRate">The learning rate with which it is applied.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(long step, StepTotals totals, in StepMeasures measures, ReadOnlySpan<ulong> layerHashes, float learningRate)
    {
        _encoder.Step(step, totals, measures, layerHashes, learningRate);
        FlushIfDue();
    }

    /// <summary>Appends an event.</summary>
    /// <param name="happened">The event.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Append(JobEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        _encoder.Event(happened);
        FlushIfDue();
    }

    /// <summary>Writes what is collected.</summary>
    /// <param name="durable">Whether to wait for the disk: before a snapshot, so that no step before it can be missing from the record.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Flush(bool durable = false)
    {
        if (_rows.WrittenCount > 0)
        {
            _ensureFence();
            StoreDisk.Write(_folder, "the job's record", WriteRows);
        }

        if (durable)
        {
            StoreDisk.Write(_folder, "the job's record", () => _stream.Flush(flushToDisk: true));
        }

        _flushedAt = _time.GetTimestamp();
    }

    /// <summary>Writes what is collected, unless another process has taken the job over (it records the same steps), and closes the segment.</summary>
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
            _stream.Dispose();
        }
    }

    private void FlushIfDue()
    {
        if (_rows.WrittenCount >= FlushBytes || _time.GetElapsedTime(_flushedAt) >= _flushInterval) Flush();
    }

    /// <summary>All of the rows or nothing: what a full disk took of them is taken back, and they wait for the next time.</summary>
    private void WriteRows()
    {
        try
        {
            _stream.Write(_rows.WrittenSpan);
        }
        catch (IOException)
        {
            _stream.SetLength(_length);
            _stream.Position = _length;
            throw;
        }

        _length += _rows.WrittenCount;
        _rows.ResetWrittenCount();
    }
}
