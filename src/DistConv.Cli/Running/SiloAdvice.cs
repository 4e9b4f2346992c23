using DistConv.Core;

namespace DistConv.Cli.Running;

/// <summary>Whether shards divide well over silos.</summary>
internal static class SiloAdvice
{
    /// <summary>Checks that no silo is idle.</summary>
    /// <exception cref="InvalidInputException">There are more silos than shards.</exception>
    public static void EnsureEachHasAShard(int silos, int shards)
    {
        if (silos > shards)
        {
            throw new InvalidInputException(
                $"--silos is {silos}, but the job has {shards} shard{(shards == 1 ? "" : "s")} and a silo needs one at least; give --silos 1 to {shards}, "
                    + $"or train with more --shards");
        }
    }

    /// <summary>What to say when some silos get more shards than others, or null. Shards decide the bits, so this is for the next job.</summary>
    public static string? ForUneven(int silos, int shards)
    {
        if (shards % silos == 0) return null;
        int even = silos; // Silos times a power of two: then each silo's shards are one subtree of the sum, and one message.
        while (even < shards) even *= 2;
        string choices = even / 2 >= silos ? $"--shards {even / 2} or {even}" : $"--shards {even}";
        return $"{shards} shards divide unevenly over {silos} silos, and a step waits for the silo with the most; a new job with {choices} would be even";
    }
}
