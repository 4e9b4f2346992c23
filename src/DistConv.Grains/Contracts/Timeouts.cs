namespace DistConv.Grains.Contracts;

/// <summary>
/// How long a caller waits for an answer (Orleans waits 30 s by default). They only have to outlast the slowest machine: the scalar kernels with software fused
/// multiply-adds do 0.3 G of them a second.
/// </summary>
internal static class Timeouts
{
    /// <summary>For one step.</summary>
    public const string Step = "00:20:00";

    /// <summary>For 4 MiB that stand ready: an answer that was lost with its connection is asked for again, and does not hold up a silo that joins.</summary>
    public const string Chunk = "00:00:30";

    /// <summary>For a sign of life: whoever waits longer looks elsewhere.</summary>
    public const string Heartbeat = "00:00:05";

    /// <summary>For claiming a job in the store.</summary>
    public const string Command = "00:00:10";

    /// <summary>For the held-out split, and for reading data and snapshots.</summary>
    public const string Long = "01:00:00";
}
