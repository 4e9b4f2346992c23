using DistConv.Grains.Contracts;

namespace DistConv.Grains.Coordination;

/// <summary>A silo that takes part in a job.</summary>
/// <param name="silo">Its address.</param>
/// <param name="worker">Its worker.</param>
/// <param name="joined">What it answered when it joined.</param>
/// <param name="isLocal">Whether it is the coordinator's own process: what goes there is not exchanged, and it cannot be lost.</param>
internal sealed class Participant(SiloAddress silo, IWorkerService worker, JoinReply joined, bool isLocal)
{
    private readonly TaskCompletionSource _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its address.</summary>
    public SiloAddress Silo => silo;

    /// <summary>Its worker.</summary>
    public IWorkerService Worker => worker;

    /// <summary>What it answered when it joined.</summary>
    public JoinReply Joined => joined;

    /// <summary>Whether it is the coordinator's own process.</summary>
    public bool IsLocal => isLocal;

    /// <summary>Completes when the coordinator waits for it no longer.</summary>
    public Task Dropped => _dropped.Task;

    /// <summary>Its shards, ascending; at least one.</summary>
    public int[] Shards { get; set; } = [];

    /// <summary>The newest step of which it keeps the reduced early bucket.</summary>
    public long BucketStep { get; set; } = -1;

    /// <summary>How many ended epochs it has been told of.</summary>
    public int KnownEpochs { get; set; } = -1;

    /// <summary>Whether it has computed a step for this coordinator.</summary>
    public bool HasComputed { get; set; }

    /// <summary>Milliseconds of its passes in the newest step.</summary>
    public double ComputeMs { get; set; }

    /// <summary>"127.0.0.1:30112 (process 4711)", for people.</summary>
    public string Name => $"{silo.Endpoint} (process {joined.ProcessId})";

    /// <summary>Nobody waits for it any longer: its shards are computed elsewhere until it joins again.</summary>
    public void Drop() => _dropped.TrySetResult();

    /// <summary>As the job's status shows it.</summary>
    /// <returns>A copy.</returns>
    public Training.Jobs.SiloStatus ToStatus() =>
        new(silo.Endpoint.ToString(), joined.Host, joined.ProcessId, Shards, joined.Threads, ComputeMs);
}
