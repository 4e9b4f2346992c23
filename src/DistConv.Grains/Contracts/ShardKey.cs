using System.Globalization;

namespace DistConv.Grains.Contracts;

/// <summary>Keys of shard grains.</summary>
public static class ShardKey
{
    /// <summary>The key of a shard.</summary>
    /// <param name="job">The job id; it contains no '/'.</param>
    /// <param name="shard">The shard, from 0.</param>
    /// <returns>"job/shard".</returns>
    public static string Format(string job, int shard) => string.Create(CultureInfo.InvariantCulture, $"{job}/{shard}");

    /// <summary>The parts of a key.</summary>
    /// <param name="key">What <see cref="Format"/> gave.</param>
    /// <returns>Job id and shard.</returns>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static (string Job, int Shard) Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int slash = key.LastIndexOf('/');
        return slash > 0 && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int shard)
            ? (key[..slash], shard)
            : throw new FormatException($"'{key}' is not the key of a shard grain (job/shard)");
    }
}
