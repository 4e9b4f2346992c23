using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <content>What comes from other silos.</content>
internal sealed partial class StepExchange
{
    private readonly Dictionary<SiloAddress, Arrival> _arriving = [];
    private TaskCompletionSource _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public unsafe byte* Begin(SiloAddress from, in FrameHeader header)
    {
        lock (_lock)
        {
            if (TryArrive(header) is not { } arrival) return null;
            _arriving[from] = arrival;
            return (byte*)(arrival.Buffer.Pointer + arrival.Offset);
        }
    }

    /// <inheritdoc/>
    public void Complete(SiloAddress from, in FrameHeader header)
    {
        Telemetry.AddReceived(header.Bytes);
        lock (_lock)
        {
            if (_arriving.Remove(from, out Arrival? arrival)) Finish(arrival, header);
        }
    }

    /// <inheritdoc/>
    public void Closed(SiloAddress from, string reason)
    {
        lock (_lock)
        {
            if (_arriving.Remove(from, out Arrival? arrival)) arrival.Slot.Users--;
            _peerClosed.TrySetResult();
        }
    }

    /// <summary>A silo's connection ends: what it has not sent will not come by itself.</summary>
    /// <returns>When the next one does.</returns>
    public Task WhenPeerClosesAsync()
    {
        lock (_lock)
        {
            if (_peerClosed.Task.IsCompleted) _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _peerClosed.Task;
        }
    }

    /// <summary>Takes a frame that has come as a message, since there is no lane.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body.</param>
    public void Put(in FrameHeader header, ReadOnlySpan<float> body)
    {
        lock (_lock)
        {
            if (TryArrive(header) is not { } arrival) return;
            body.CopyTo(arrival.Buffer.Span.Slice(arrival.Offset, body.Length));
            Finish(arrival, header);
        }
    }

    private Arrival? TryArrive(in FrameHeader header)
    {
        int length = header.Bytes / sizeof(float);
        if (Open(header.Step) is not { } slot || !slot.IsRange(header.Slice, length)) return null;
        if (header.Kind == FrameKind.Sum)
        {
            if (slot.IsDone(header.Slice, length)) return null;
            slot.Users++;
            return new Arrival(slot, slot.Sum, header.Slice, null);
        }

        ShardNode node = new(header.FirstShard, header.EndShard);
        if (node.Lo >= node.Hi || node.Hi > slot.Present.Length) return null;
        RangeParts known = PartsAt(slot, header.Attempt, header.Slice, length);
        if (known.Length != length) return null;
        if (known.Checksums.ContainsKey(node))
        {
            Compare(slot, known, node, header.Checksum);
            return null;
        }

        if (known.IsReduced) return null;
        slot.Users++;
        return new Arrival(slot, FloatBufferPool.Shared.Rent(length), 0, known);
    }

    private void Finish(Arrival arrival, in FrameHeader header)
    {
        StepSlot slot = arrival.Slot;
        slot.Users--;
        if (_isClosed || Find(slot.Step) != slot) return;
        if (arrival.Parts is not { } known)
        {
            if ((header.Flags & FrameFlags.NotFinite) != 0) slot.IsNotFinite = true;
            slot.Done(header.Slice, header.Bytes / sizeof(float));
            return;
        }

        ShardNode node = new(header.FirstShard, header.EndShard);
        bool isFirst = !known.Checksums.ContainsKey(node);
        Compare(slot, known, node, header.Checksum);
        if (!isFirst || known.IsReduced)
        {
            FloatBufferPool.Shared.Return(arrival.Buffer);
            return;
        }

        known.Parts.Add(new PartialSum(node, arrival.Buffer, 0));
        (long step, long plan, int first) = (slot.Step, header.Attempt, header.Slice);
        _queue.Post(() => Advance(step, plan, first));
    }

    /// <summary>A body that is being written.</summary>
    /// <param name="Slot">The step.</param>
    /// <param name="Buffer">Where it goes.</param>
    /// <param name="Offset">Its first float there.</param>
    /// <param name="Parts">Of a part: the range that it belongs to; null: it is a sum.</param>
    private sealed record Arrival(StepSlot Slot, FloatBuffer Buffer, int Offset, RangeParts? Parts);
}
