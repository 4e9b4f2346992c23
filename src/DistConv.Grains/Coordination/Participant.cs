using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <summary>A silo that takes part in a job.</summary>
/// <param name="silo">Its address.</param>
/// <param name="worker">Its worker.</param>
/// <param name="ready">What it answered when it was prepared.</param>
/// <param name="isLocal">Whether it is the coordinator's own process: what goes there is not exchanged.</param>
internal sealed class Participant(SiloAddress silo, IWorkerService worker, PrepareReply ready, bool isLocal)
{
    /// <summary>Its address.</summary>
    public SiloAddress Silo => silo;

    /// <summary>Its worker.</summary>
    public IWorkerService Worker => worker;

    /// <summary>What it answered when it was prepared.</summary>
    public PrepareReply Ready => ready;

    /// <summary>Whether it is the coordinator's own process.</summary>
    public bool IsLocal => isLocal;

    /// <summary>Its shards, ascending; at least one.</summary>
    public int[] Shards { get; set; } = [];

    /// <summary>The newest step of which it keeps the reduced tail.</summary>
    public long TailStep { get; set; } = -1;

    /// <summary>Milliseconds of its passes in the newest step.</summary>
    public double ComputeMs { get; set; }

    /// <summary>"127.0.0.1:30112 (process 4711)", for people.</summary>
    public string Name => $"{silo.Endpoint} (process {ready.ProcessId})";

    /// <summary>As the job's status shows it.</summary>
    /// <returns>A copy.</returns>
    public Training.Jobs.SiloStatus ToStatus() =>
        new(silo.Endpoint.ToString(), ready.Host, ready.ProcessId, Shards, ready.Threads, ComputeMs);
}
