using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <summary>A silo that takes part in a job.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Worker">Its worker.</param>
/// <param name="Shards">Its shards, ascending; at least one.</param>
/// <param name="Ready">What it answered when it was prepared.</param>
/// <param name="IsLocal">Whether it is the coordinator's own process: what goes there is not exchanged.</param>
internal sealed record Participant(SiloAddress Silo, IWorkerService Worker, int[] Shards, PrepareReply Ready, bool IsLocal);
