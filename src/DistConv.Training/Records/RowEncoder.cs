using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using DistConv.Training.Metrics;

namespace DistConv.Training.Records;

/// <summary>Writes rows of a job's record. Steps allocate nothing once the buffer has grown. Not for several threads.</summary>
/// <param name="layers">Layers with parameters.</param>
/// <param name="rows">Where the rows go.</param>
internal sealed class RowEncoder(int layers, ArrayBufferWriter<byte> rows)
{
    /// <summary>Longer texts are cut: a line for people is shorter.</summary>
    public const int MaxTextLength = 2_000;

    private readonly int _rowBytes = RowLayout.RowBytes(layers);

    /// <summary>Writes a step, after its norms if it has any.</summary>
    /// <param name="step">Number of the step.</param>
    /// <param name="totals">Its sums.</param>
    /// <param name="measures">What the machines measured.</param>
    /// <param name="layerHashes">The hash of each layer's weights on which it was computed.</param>
    /// <param name="learningRate">The learning rate with which it is applied; NaN: unknown.</param>
    public void Step(long step, StepTotals totals, in StepMeasures measures, ReadOnlySpan<ulong> layerHashes, float learningRate) =>
        Step(step, totals.LossSum / totals.Samples, (double)totals.Correct / totals.Samples, totals.Samples, measures, layerHashes, learningRate);

    /// <summary>As the other, of means.</summary>
    /// <param name="step">Number of the step.</param>
    /// <param name="loss">Mean loss.</param>
    /// <param name="accuracy">Share that was classified correctly.</param>
    /// <param name="samples">How many samples it had.</param>
    /// <param name="measures">What the machines measured.</param>
    /// <param name="layerHashes">The hash of each layer's weights on which it was computed.</param>
    /// <param name="learningRate">The learning rate with which it is applied; NaN: unknown.</param>
    /// <exception cref="ArgumentException">There are not as many hashes or norms as layers.</exception>
    public void Step(
        long step, double loss, double accuracy, int samples, in StepMeasures measures, ReadOnlySpan<ulong> layerHashes, float learningRate)
    {
        if (layerHashes.Length != layers) throw new ArgumentException($"{layerHashes.Length} hashes, but {layers} layers", nameof(layerHashes));
        if (!measures.Norms.IsEmpty) Norms(step, measures.Norms.Span);
        Span<byte> row = Begin(RowKind.Step, step);
        long microseconds = measures.Time == default ? 0 : (measures.Time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteInt64LittleEndian(row[RowLayout.Time..], microseconds);
        BinaryPrimitives.WriteDoubleLittleEndian(row[RowLayout.Loss..], loss);
        BinaryPrimitives.WriteDoubleLittleEndian(row[RowLayout.Accuracy..], accuracy);
        BinaryPrimitives.WriteDoubleLittleEndian(row[RowLayout.Milliseconds..], measures.Milliseconds);
        BinaryPrimitives.WriteSingleLittleEndian(row[RowLayout.Rate..], learningRate);
        BinaryPrimitives.WriteInt32LittleEndian(row[RowLayout.Samples..], samples);
        BinaryPrimitives.WriteInt32LittleEndian(row[RowLayout.Retried..], measures.RetriedShards);
        StepTiming timing = measures.Timing;
        Span<byte> phases = row[RowLayout.Phases..];
        BinaryPrimitives.WriteSingleLittleEndian(phases, (float)timing.Compute);
        BinaryPrimitives.WriteSingleLittleEndian(phases[4..], (float)timing.Exchange);
        BinaryPrimitives.WriteSingleLittleEndian(phases[8..], (float)timing.Reduce);
        BinaryPrimitives.WriteSingleLittleEndian(phases[12..], (float)timing.Update);
        BinaryPrimitives.WriteInt64LittleEndian(row[RowLayout.Bytes..], timing.ExchangedBytes);
        for (int layer = 0; layer < layers; layer++)
            BinaryPrimitives.WriteUInt64LittleEndian(row[(RowLayout.Hashes + (layer * sizeof(ulong)))..], layerHashes[layer]);
        End(row);
    }

    /// <summary>Writes an event.</summary>
    /// <param name="happened">The event; a text of more than 2,000 characters is cut.</param>
    public void Event(JobEvent happened)
    {
        if (happened.Text.Length > MaxTextLength) happened = happened with { Text = $"{happened.Text.AsSpan(0, MaxTextLength)}…" };
        ReadOnlySpan<byte> text = JsonSerializer.SerializeToUtf8Bytes(happened, RecordJsonContext.Default.JobEvent);
        int width = _rowBytes - RowLayout.Body;
        do
        {
            ReadOnlySpan<byte> part = text[..int.Min(width, text.Length)];
            text = text[part.Length..];
            Span<byte> row = Begin(RowKind.Text, happened.Step);
            row[RowLayout.GoesOn] = text.IsEmpty ? (byte)0 : (byte)1;
            BinaryPrimitives.WriteUInt16LittleEndian(row[RowLayout.TextLength..], (ushort)part.Length);
            part.CopyTo(row[RowLayout.Body..]);
            End(row);
        }
        while (!text.IsEmpty);
    }

    private void Norms(long step, ReadOnlySpan<float> norms)
    {
        if (norms.Length != 2 * layers) throw new ArgumentException($"{norms.Length} norms, but {layers} layers", nameof(norms));
        Span<byte> row = Begin(RowKind.Norms, step);
        MemoryMarshal.AsBytes(norms).CopyTo(row[RowLayout.Body..]); // Every processor that runs this is little-endian.
        End(row);
    }

    private Span<byte> Begin(RowKind kind, long step)
    {
        Span<byte> row = rows.GetSpan(_rowBytes)[.._rowBytes];
        row.Clear();
        row[RowLayout.Kind] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(row[RowLayout.Step..], step);
        return row;
    }

    private void End(Span<byte> row)
    {
        RowLayout.Seal(row);
        rows.Advance(_rowBytes);
    }
}
