using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Grains.Workers;

/// <summary>How many blocks of one gradient each the exchange takes besides what a replica computes in.</summary>
internal static class ExchangeMemory
{
    /// <summary>In a silo that does not coordinate: the sum that arrives, and the one that is being applied.</summary>
    public const int WorkerBlocks = 2;

    /// <summary>In the coordinator's silo: the sum, and for each subtree of another silo one block in which its early bucket arrives, and one for its late
    /// bucket.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="silos">How many silos compute, at least 1.</param>
    /// <returns>The number of blocks; 0 for one silo.</returns>
    public static int CoordinatorBlocks(JobSpec spec, int silos)
    {
        if (silos == 1) return 0;
        return 1 + (2 * ShardAssignment.Blocks(spec.Shards, silos).Skip(1).Sum(shards => ShardTree.MaximalSubtrees(shards, spec.Shards).Count));
    }
}
