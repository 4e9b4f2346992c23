using DistConv.Core.Numerics;

namespace DistConv.Training.Shards;

/// <summary>
/// The samples that one shard owns, and their order in an epoch: its part of the permutation, reshuffled every epoch by <see cref="RandomField"/>(seed,
/// EpochOrder) at (shard, epoch). The order of an epoch is a function of (seed, N, B, V, shard, epoch): epochs may be visited in any order.
/// </summary>
/// <remarks>Not safe for several threads at once: <see cref="Batch"/> may reshuffle. Allocates only when constructed.</remarks>
public sealed class ShardOrder
{
    private readonly ShardPlan _plan;
    private readonly SamplePermutation _permutation;
    private readonly RandomField _field;
    private readonly int[] _order;
    private int _epoch = -1;

    /// <summary>The order of one shard.</summary>
    /// <param name="plan">How samples are divided.</param>
    /// <param name="permutation">The job's permutation, of <see cref="ShardPlan.Samples"/> samples; its seed keys the epochs too.</param>
    /// <param name="shard">The shard, 0 to V − 1.</param>
    /// <exception cref="ArgumentException">The permutation is of another number of samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The shard is not in [0, V).</exception>
    public ShardOrder(ShardPlan plan, SamplePermutation permutation, int shard)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(permutation);
        if (permutation.Count != plan.Samples)
            throw new ArgumentException($"The permutation is of {permutation.Count} samples, the plan of {plan.Samples}.", nameof(permutation));

        _plan = plan;
        _permutation = permutation;
        _field = new RandomField(permutation.Seed, RandomPurpose.EpochOrder);
        _order = new int[plan.SampleCount(shard)];
        Shard = shard;
    }

    /// <summary>The shard, 0 to V − 1.</summary>
    public int Shard { get; }

    /// <summary>Number of samples that the shard owns, n_v.</summary>
    public int Count => _order.Length;

    /// <summary>The samples that the shard owns, in the order of the permutation (not of an epoch).</summary>
    public ReadOnlySpan<int> Owned => _permutation.AsSpan().Slice(_plan.SampleStart(Shard), Count);

    /// <summary>The samples of one step, in the order in which gradient chains take them.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="stepInEpoch">The step within the epoch, 0 to <see cref="ShardPlan.StepsPerEpoch"/> − 1.</param>
    /// <returns>Sample indices, <see cref="ShardPlan.BatchSizeAt"/> long (empty: the shard is absent). Valid until another epoch is asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or the step is out of range.</exception>
    public ReadOnlySpan<int> Batch(int epoch, int stepInEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        int size = _plan.BatchSizeAt(Shard, stepInEpoch);
        if (size == 0)
            return [];

        if (epoch != _epoch)
        {
            Owned.CopyTo(_order);
            SamplePermutation.Shuffle(_order, _field, (uint)Shard, (uint)epoch);
            _epoch = epoch;
        }

        return _order.AsSpan(stepInEpoch * _plan.BatchSize(Shard), size);
    }
}
