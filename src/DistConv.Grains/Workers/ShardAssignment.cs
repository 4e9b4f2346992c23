namespace DistConv.Grains.Workers;

/// <summary>Which silo computes which shards. It changes no bit: sums follow the shard tree however its leaves are spread.</summary>
public static class ShardAssignment
{
    /// <summary>
    /// Contiguous blocks whose sizes differ by at most one: silo i takes [⌊iV/S⌋, ⌊(i + 1)V/S⌋). With V = S × a power of two each block is one
    /// subtree of the shard tree, so that each silo sends one gradient.
    /// </summary>
    /// <param name="shards">V, at least 1.</param>
    /// <param name="silos">S, at least 1.</param>
    /// <returns>The shards of each silo, ascending; empty for some when there are more silos than shards.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no shard or no silo.</exception>
    public static int[][] Blocks(int shards, int silos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(silos, 1);
        int[][] blocks = new int[silos][];
        for (int silo = 0; silo < silos; silo++)
        {
            int start = Start(silo);
            blocks[silo] = [.. Enumerable.Range(start, Start(silo + 1) - start)];
        }

        return blocks;

        int Start(int silo) => (int)((long)silo * shards / silos);
    }
}
