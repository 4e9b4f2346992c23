using DistConv.Core.Buffers;
using DistConv.Core.Networks;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Shards;
using DistConv.Training.Steps;

namespace DistConv.Grains.Exchange;

/// <summary>
/// One silo's part in the exchange of one job's gradients. It sends what it computes to the silos that own the ranges, as soon as the backward pass has
/// completed them; adds up the ranges that it owns along the shard tree, and gives the sums to all; and collects the sum of the step.
/// </summary>
/// <remarks>
/// Every value that travels is a function of step, range and subtree, so a frame that comes twice or late is dropped, and a sum may come from any owner
/// under any plan. Two steps are open at a time: the one at which the replica stands, and the next, which faster silos may have begun. All state is under one
/// lock; additions run on the silo's exchange thread.
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
    private Dictionary<int, ExchangeRange> _rangeAt = [];
    private int _selfIndex = -1;
    private long _standing;
    private string? _difference;
    private TaskCompletionSource? _unused;
    private int _partsInUse;
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

    /// <summary>What this silo has computed of earlier steps is neither sent nor added up any longer.</summary>
    /// <returns>When its buffers can be written.</returns>
    public Task WhenUnusedAsync()
    {
        lock (_lock)
        {
            if (_partsInUse == 0) return Task.CompletedTask;
            return (_unused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
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
            _rangeAt = _ranges.ToDictionary(range => range.First);
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

    private void Unlink(SiloAddress silo)
    {
        _links.Remove(silo, out IPeerLink? link);
        if (link is not null) ThreadPool.UnsafeQueueUserWorkItem(static link => link.Dispose(), link, preferLocal: false); // It waits for its thread.
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
