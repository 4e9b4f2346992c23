namespace DistConv.Training.Shards;

/// <summary>Shards in a line for people.</summary>
public static class ShardRanges
{
    /// <summary>Neighbours as ranges: "0-3, 6".</summary>
    /// <param name="shards">The shards, in any order.</param>
    /// <param name="separator">What stands between two ranges.</param>
    /// <returns>The text; empty for no shard.</returns>
    public static string Format(IEnumerable<int> shards, string separator = ", ")
    {
        List<(int First, int Last)> ranges = [];
        foreach (int shard in shards.Order())
        {
            if (ranges is [.., var range] && shard <= range.Last + 1) ranges[^1] = (range.First, shard);
            else ranges.Add((shard, shard));
        }

        return string.Join(separator, ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }
}
