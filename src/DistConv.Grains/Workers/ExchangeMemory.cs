using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Grains.Workers;

/// <summary>How many blocks of one gradient each the exchange takes in a silo, besides what a replica computes in.</summary>
internal static class ExchangeMemory
{
    /// <summary>The sums of two steps: one is applied while the next arrives.</summary>
    private const int SumBlocks = 2;

    /// <summary>The sums, and a share of the subtrees as it nearly always is: for a silo that joins, and does not know who takes part.</summary>
    public const int JoinerBlocks = SumBlocks + 1;

    /// <summary>The sums, and this silo's share of all subtrees: a block for each range that it adds up and each subtree of another silo.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="silos">How many silos compute, at least 1.</param>
    /// <returns>The number of blocks; 0 for one silo.</returns>
    public static int Blocks(JobSpec spec, int silos)
    {
        if (silos == 1) return 0;
        int subtrees = ShardAssignment.Blocks(spec.Shards, silos).Sum(shards => ShardTree.MaximalSubtrees(shards, spec.Shards).Count);
        return SumBlocks + ((subtrees + silos - 1) / silos);
    }
}
