using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Files;
using DistConv.Training.Shards;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <summary>
/// One silo's part in the exchange of one job's gradients. It sends what it computes to the silos that own the ranges, as soon as the backward pass has
/// completed them; adds up the ranges that it owns along the shard tree, and gives the sums to all; and collects the sum of the step.
/// </summary>
/// <remarks>
/// Every value that travels is a function of step, range and subtree, so a frame that comes twice or late is dropped, and a sum may come from any owner under any
/// plan. Two steps are open at a time: the one at which the replica stands, and the next, which faster silos may have begun. All state is under one lock;
/// additions run on the silo's exchange thread.
/// </remarks>
internal sealed partial class StepExchange : IFrameSink, IDisposable
{
    private readonly Lock _lock = new();
    private readonly GradientLayout _layout;
    private readonly IReadOnlyList<int> _milestones;
    private readonly ShardPlan _shards;
    private readonly SiloAddress _self;
    private readonly WorkQueue _queue;
    private readonly Func<SiloAddress, IPeerLink> _connect;
    private readonly PartialSums _sums;
    private readonly Dictionary<SiloAddress, IPeerLink> _links = [];
    private readonly StepSlot?[] _slots = new StepSlot?[2];
    private ExchangePlan? _plan;
    private ExchangeRange[] _ranges = [];
    private int _selfIndex = -1;
    private long _standing;
    private string? _difference;
    private int _partsSending;
    private long _sentBytes;
    private bool _isClosed;

    /// <summary>A silo that exchanges nothing yet.</summary>
    /// <param name="network">The job's network: what stands where in a sum, and when it is complete.</param>
    /// <param name="shards">The job's shards.</param>
    /// <param name="standing">Where the replica stands.</param>
    /// <param name="self">This silo.</param>
    /// <param name="queue">The silo's exchange thread.</param>
    /// <param name="connect">Makes the way to another silo.</param>
    public StepExchange(Network network, ShardPlan shards, long standing, SiloAddress self, WorkQueue queue, Func<SiloAddress, IPeerLink> connect)
    {
        (_layout, _milestones, _shards) = (network.Gradient, network.GradientMilestones, shards);
        (_standing, _self, _queue, _connect) = (standing, self, queue, connect);
        _sums = new PartialSums(network.Kernels, network.Gradient);
    }

    /// <summary>Whether what this silo has computed is still being sent.</summary>
    public bool IsSending
    {
        get
        {
            lock (_lock) return _partsSending > 0;
        }
    }

    /// <summary>Bytes of gradients that were sent since the last call.</summary>
    /// <returns>Headers are not counted.</returns>
    public long TakeSentBytes()
    {
        lock (_lock)
        {
            long bytes = _sentBytes;
            _sentBytes = 0;
            return bytes;
        }
    }

    /// <summary>Two silos computed the same shards with different bits: one line, told once; null: nothing is known.</summary>
    /// <returns>The line.</returns>
    public string? TakeDifference()
    {
        lock (_lock)
        {
            string? difference = _difference;
            _difference = null;
            return difference;
        }
    }

    /// <summary>A call of the coordinator for a step, perhaps with a new plan: what is there of the step goes to its owners.</summary>
    /// <param name="step">The step at which the replica stands.</param>
    /// <param name="plan">Who exchanges; null: as before.</param>
    public void Begin(long step, ExchangePlan? plan)
    {
        lock (_lock)
        {
            _standing = step;
            StepSlot slot = Open(step) ?? throw new InvalidOperationException($"step {step} is over");
            if (plan is null || plan.Number <= (_plan?.Number ?? -1)) return;
            _plan = plan;
            _selfIndex = Array.IndexOf(plan.Silos, _self);
            _ranges = ExchangeRange.Cut(_layout, _milestones, plan.Silos.Length, plan.IsStar);
            foreach (LocalSum sum in slot.Local) sum.IsSent = new bool[_ranges.Length];
            foreach (SiloAddress gone in _links.Keys.Except(plan.Silos).ToList()) Unlink(gone);
        }

        _queue.Post(() => Advance(step));
    }

    /// <summary>The backward pass has completed gradients. Returns at once.</summary>
    /// <param name="step">The step.</param>
    /// <param name="sums">What this silo computes of it.</param>
    /// <param name="first">The float from which on they are complete.</param>
    /// <param name="isExtra">Whether other silos were to compute these shards.</param>
    public void Ready(long step, IReadOnlyList<GradientSum> sums, int first, bool isExtra)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot) return;
            foreach (GradientSum sum in sums)
            {
                if (sum.Totals.Samples == 0) continue;
                LocalSum? local = slot.Local.Find(local => local.Values == sum.Values);
                if (local is null) slot.Local.Add(local = new LocalSum(sum.Node, sum.Values, isExtra) { IsSent = new bool[_ranges.Length] });
                local.ReadyFrom = first;
            }
        }

        _queue.Post(() => Advance(step));
    }

    /// <summary>The sum of a step over all shards.</summary>
    /// <param name="step">The step at which the replica stands.</param>
    /// <returns>When it is whole: the sum, and whether it is finite.</returns>
    public async Task<(FloatBuffer Sum, bool IsFinite)> SumAsync(long step)
    {
        StepSlot slot;
        lock (_lock) slot = Open(step) ?? throw new InvalidOperationException($"step {step} is over");
        await slot.Whole.Task;
        return (slot.Sum, !slot.IsNotFinite);
    }

    /// <summary>What of a step's sum is not there.</summary>
    /// <param name="step">The step at which the replica stands.</param>
    /// <param name="longest">The most floats of a range.</param>
    /// <returns>First float and number of floats of each range.</returns>
    public IReadOnlyList<(int First, int Length)> Missing(long step, int longest)
    {
        lock (_lock) return Open(step)?.Missing(longest) ?? [];
    }

    /// <summary>Takes a range of a step's sum that was fetched from a silo that has it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">A range that was missing.</param>
    /// <param name="values">Its floats.</param>
    public void Supply(long step, int first, ReadOnlySpan<float> values)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot || !slot.IsRange(first, values.Length) || slot.IsDone(first, values.Length)) return;
            values.CopyTo(slot.Sum.Span[first..]);
            slot.Done(first, values.Length);
        }
    }

    /// <summary>A range of a step's sum, for a silo that lacks it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The first float.</param>
    /// <param name="count">How many.</param>
    /// <returns>Null if it is not there, or no longer.</returns>
    public GradientMessage? Read(long step, int first, int count)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot || !slot.IsRange(first, count) || !slot.IsDone(first, count)) return null;
            FloatBuffer copy = new(count); // The slot may be used again before it is sent.
            slot.Sum.Span.Slice(first, count).CopyTo(copy.Span);
            return GradientMessage.Chunk(copy, 0, count);
        }
    }

    /// <summary>What this silo waits for.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Nothing, if the sum is whole.</returns>
    public MissingReply Waits(long step)
    {
        lock (_lock)
        {
            if (Find(step) is not { } slot || _plan is not { } plan) return new MissingReply([], []);
            HashSet<int> owners = [], shards = [];
            foreach (ExchangeRange range in _ranges)
            {
                if (slot.IsDone(range.First, range.Length)) continue;
                owners.Add(range.Owner);
                if (range.Owner != _selfIndex) continue;
                bool[] covered = new bool[slot.Present.Length];
                foreach (PartialSum part in PartsOf(slot, range)) covered.AsSpan(part.Node.Lo, part.Node.Width).Fill(true);
                for (int shard = 0; shard < covered.Length; shard++)
                {
                    if (slot.Present[shard] && !covered[shard]) shards.Add(shard);
                }
            }

            return new MissingReply([.. owners.Select(owner => plan.Silos[owner])], [.. shards.Order()]);
        }
    }

    /// <summary>Ends all connections; waiting calls are cancelled. No frame may come any more.</summary>
    public void Dispose()
    {
        IPeerLink[] links;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            links = [.. _links.Values];
            _links.Clear();
            foreach (StepSlot? slot in _slots) slot?.Whole.TrySetCanceled();
        }

        foreach (IPeerLink link in links) link.Dispose();
        _queue.Post(_sums.Dispose); // After what may still be adding.
    }

    /// <summary>On the exchange thread: sends what has become ready, and adds up what has become complete.</summary>
    private void Advance(long step)
    {
        while (true)
        {
            StepSlot slot;
            ExchangeRange range;
            List<PartialSum> parts;
            lock (_lock)
            {
                if (_isClosed || _plan is null || Find(step) is not { } found) return;
                slot = found;
                SendReady(slot);
                if (NextComplete(slot) is not { } next) return;
                (range, parts) = next;
                slot.Users++;
            }

            // What is added up is written by nobody any more, and the range by nobody but this thread.
            bool isFinite = _sums.Reduce(slot.Present.Length, parts, range.First, range.Length, slot.Sum);
            lock (_lock)
            {
                slot.Users--;
                if (_isClosed) return;
                if (!isFinite) slot.IsNotFinite = true;
                Broadcast(slot, range, isFinite);
                slot.Done(range.First, range.Length);
            }
        }
    }

    private (ExchangeRange Range, List<PartialSum> Parts)? NextComplete(StepSlot slot)
    {
        foreach (ExchangeRange range in _ranges)
        {
            if (range.Owner != _selfIndex || slot.IsDone(range.First, range.Length)) continue;
            RangeParts known = PartsAt(slot, _plan!.Number, range.First, range.Length);
            if (known.IsReduced || known.Length != range.Length) continue;
            List<PartialSum> parts = PartsOf(slot, range);
            if (!Covers(parts, slot.Present)) continue;
            known.IsReduced = true;
            return (range, parts);
        }

        return null;
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
        if (isPart) _partsSending++;
        _sentBytes += header.Bytes;
        link.Send(header, values, first, _ =>
        {
            lock (_lock)
            {
                slot.Users--;
                if (isPart) _partsSending--;
            }
        });
    }

    private void Unlink(SiloAddress silo)
    {
        _links.Remove(silo, out IPeerLink? link);
        if (link is not null) ThreadPool.UnsafeQueueUserWorkItem(static link => link.Dispose(), link, preferLocal: false); // It waits for its thread.
    }

    private static RangeParts PartsAt(StepSlot slot, long plan, int first, int length)
    {
        if (!slot.Ranges.TryGetValue((plan, first), out RangeParts? known)) slot.Ranges.Add((plan, first), known = new RangeParts(length));
        return known;
    }

    private StepSlot? Find(long step) => _slots[step & 1] is { } slot && slot.Step == step ? slot : null;

    /// <summary>The slot of a step; null for one that is over, or that this silo is not ready for.</summary>
    private StepSlot? Open(long step)
    {
        ref StepSlot? slot = ref _slots[step & 1];
        if (slot?.Step == step) return slot;
        if (slot?.Step > step || step < _standing || step > _standing + 1 || _isClosed) return null;
        slot?.Retire();
        (_, int stepInEpoch) = _shards.LocateStep(step);
        bool[] present = [.. Enumerable.Range(0, _shards.Shards).Select(shard => _shards.BatchSizeAt(shard, stepInEpoch) > 0)];
        return slot = new StepSlot(step, _layout, present);
    }
}
