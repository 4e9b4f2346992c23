using DistConv.Core.Buffers;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Files;
using DistConv.Training.Shards;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <content>What this silo sends and adds up.</content>
internal sealed partial class StepExchange
{
    /// <summary>On the exchange thread: sends what has become ready, and adds up what it completes.</summary>
    private void Advance(long step)
    {
        ExchangeRange[] ranges;
        lock (_lock)
        {
            if (_isClosed || _plan is null || Find(step) is not { } slot) return;
            SendReady(slot);
            ranges = _ranges;
        }

        foreach (ExchangeRange range in ranges)
        {
            if (range.Owner == _selfIndex) AddUp(step, range);
        }
    }

    /// <summary>On the exchange thread: adds up a range if all that belongs to it is there, and gives the sum to all.</summary>
    private void AddUp(long step, ExchangeRange range)
    {
        StepSlot slot;
        List<PartialSum> parts;
        lock (_lock)
        {
            if (_isClosed || _plan is null || Find(step) is not { } found || found.IsDone(range.First, range.Length)) return;
            slot = found;
            RangeParts known = PartsAt(slot, _plan.Number, range.First, range.Length);
            if (known.IsReduced || known.Length != range.Length) return;
            parts = PartsOf(slot, range);
            if (!Covers(parts, slot.Present)) return;
            known.IsReduced = true;
            slot.Users++;
            _partsInUse++; // The sum may come from an earlier owner meanwhile, and the replica go on.
        }

        bool isFinite = _sums.Reduce(slot.Present.Length, parts, range.First, range.Length, slot.Sum);
        lock (_lock)
        {
            slot.Users--;
            LeavePart();
            if (_isClosed) return;
            if (!isFinite) slot.IsNotFinite = true;
            Broadcast(slot, range, isFinite);
            slot.Done(range.First, range.Length);
        }
    }

    /// <summary>A part of a range has come.</summary>
    private void Advance(long step, long plan, int first)
    {
        ExchangeRange range;
        lock (_lock)
        {
            if (_plan?.Number != plan || !_rangeAt.TryGetValue(first, out range) || range.Owner != _selfIndex) return;
        }

        AddUp(step, range);
    }

    /// <summary>Disjoint subtrees of a range, of this silo and of others.</summary>
    private List<PartialSum> PartsOf(StepSlot slot, ExchangeRange range)
    {
        List<PartialSum> parts = [];
        foreach (LocalSum local in slot.Local)
        {
            if (local.ReadyFrom <= range.First) Add(new PartialSum(local.Node, local.Values, range.First));
        }

        if (slot.Ranges.TryGetValue((_plan!.Number, range.First), out RangeParts? known)) known.Parts.ForEach(Add);
        return parts;

        void Add(PartialSum part)
        {
            if (!parts.Exists(other => other.Node.Lo < part.Node.Hi && part.Node.Lo < other.Node.Hi)) parts.Add(part);
        }
    }

    private static bool Covers(List<PartialSum> parts, bool[] present)
    {
        for (int shard = 0; shard < present.Length; shard++)
        {
            if (present[shard] && !parts.Exists(part => part.Node.Lo <= shard && shard < part.Node.Hi)) return false;
        }

        return parts.Count > 0;
    }

    private void SendReady(StepSlot slot)
    {
        foreach (LocalSum local in slot.Local)
        {
            for (int i = 0; i < _ranges.Length; i++)
            {
                ExchangeRange range = _ranges[i];
                if (local.IsSent[i] || local.ReadyFrom > range.First) continue;
                local.IsSent[i] = true;
                if (range.Owner == _selfIndex) NoteLocal(slot, range, local);
                else Send(slot, range.Owner, HeaderOf(FrameKind.Part, slot, range, local.Node), local.Values, range.First);
            }
        }
    }

    /// <summary>Another silo may have computed the same subtree: a free check of both machines.</summary>
    private unsafe void NoteLocal(StepSlot slot, ExchangeRange range, LocalSum local)
    {
        RangeParts known = PartsAt(slot, _plan!.Number, range.First, range.Length);
        if (!local.IsExtra && !known.Checksums.ContainsKey(local.Node)) return;
        uint checksum = Crc32C.Of(new ReadOnlySpan<byte>(local.Values.Pointer + range.First, range.Length * sizeof(float)));
        Compare(slot, known, local.Node, checksum);
    }

    private void Compare(StepSlot slot, RangeParts known, ShardNode node, uint checksum)
    {
        if (known.Checksums.TryAdd(node, checksum) || known.Checksums[node] == checksum) return;
        _difference ??= $"step {slot.Step}: two silos computed different gradients for shard {node}: memory or processor of one of them is broken; the newest "
            + "snapshot is from before";
    }

    private void Broadcast(StepSlot slot, ExchangeRange range, bool isFinite)
    {
        FrameHeader header = HeaderOf(FrameKind.Sum, slot, range, ShardTree.Root(slot.Present.Length)) with
        {
            Flags = isFinite ? FrameFlags.None : FrameFlags.NotFinite,
        };
        for (int silo = 0; silo < _plan!.Silos.Length; silo++)
        {
            if (silo != _selfIndex) Send(slot, silo, header, slot.Sum, range.First);
        }
    }

    private FrameHeader HeaderOf(FrameKind kind, StepSlot slot, ExchangeRange range, ShardNode node) =>
        new(kind, slot.Step, _plan!.Number, range.First, node.Lo, node.Hi, range.Length * sizeof(float));

    private void Send(StepSlot slot, int silo, FrameHeader header, FloatBuffer values, int first)
    {
        SiloAddress to = _plan!.Silos[silo];
        if (!_links.TryGetValue(to, out IPeerLink? link)) _links.Add(to, link = _connect(to));
        bool isPart = header.Kind == FrameKind.Part;
        slot.Users++;
        if (isPart) _partsInUse++;
        _sentBytes += header.Bytes;
        link.Send(header, values, first, _ =>
        {
            lock (_lock)
            {
                slot.Users--;
                if (isPart) LeavePart();
            }
        });
    }

    private void LeavePart()
    {
        if (--_partsInUse > 0) return;
        _unused?.TrySetResult();
        _unused = null;
    }

    private static RangeParts PartsAt(StepSlot slot, long plan, int first, int length)
    {
        if (!slot.Ranges.TryGetValue((plan, first), out RangeParts? known)) slot.Ranges.Add((plan, first), known = new RangeParts(length));
        return known;
    }
}
