namespace DistConv.Grains.Coordination;

/// <summary>Shards in a line for people.</summary>
internal static class ShardText
{
    /// <summary>Neighbours as ranges: "0-3, 7".</summary>
    /// <param name="shards">Ascending.</param>
    /// <returns>The text.</returns>
    public static string Ranges(IReadOnlyList<int> shards)
    {
        List<string> ranges = [];
        for (int first = 0, i = 0; i < shards.Count; i++)
        {
            if (i + 1 < shards.Count && shards[i + 1] == shards[i] + 1) continue;
            ranges.Add(first == i ? $"{shards[first]}" : $"{shards[first]}-{shards[i]}");
            first = i + 1;
        }

        return string.Join(", ", ranges);
    }
}
