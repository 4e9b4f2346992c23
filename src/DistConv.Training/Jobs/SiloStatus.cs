namespace DistConv.Training.Jobs;

/// <summary>A process that computes.</summary>
/// <param name="Silo">Its address in the cluster; "local" without one.</param>
/// <param name="Host">Its machine.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Shards">The shards that it holds.</param>
/// <param name="Threads">Its compute threads; 0 when not known.</param>
/// <param name="ComputeMilliseconds">Duration of its forward and backward passes in the newest step; 0 before the first.</param>
public sealed record SiloStatus(
    string Silo, string Host, int ProcessId, IReadOnlyList<int> Shards, int Threads = 0, double ComputeMilliseconds = 0);
