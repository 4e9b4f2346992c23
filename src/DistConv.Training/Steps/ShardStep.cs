using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// What one shard does in a step: choose its samples, and take part in the forward and backward pass that its silo's shards run together (dense layers are
/// faster over all rows at once; no result depends on it).
/// </summary>
public sealed class ShardStep
{
    private readonly Replica _replica;
    private readonly ShardOrder _order;

    internal ShardStep(Replica replica, ShardOrder order)
    {
        _replica = replica;
        _order = order;
    }

    /// <summary>The shard, 0 … V − 1.</summary>
    public int Shard => _order.Shard;

    /// <summary>Computes the shard's part of a step that <see cref="Replica.BeginStep"/> announced; completes when all announced shards have.</summary>
    /// <param name="step">The announced step.</param>
    /// <returns>The shard's own sums.</returns>
    public async Task<StepTotals> ComputeAsync(long step)
    {
        await _replica.EnrolAsync(this, step).ConfigureAwait(false);
        return _replica.TotalsOf(Shard);
    }

    /// <summary>The samples of this shard in a step.</summary>
    internal ReadOnlySpan<int> Batch(int epoch, int stepInEpoch) => _order.Batch(epoch, stepInEpoch);
}
