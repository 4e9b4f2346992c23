namespace DistConv.Grains.Contracts;

/// <summary>A coordinator's first call to a worker.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim on the job; from now on the worker refuses lower ones.</param>
/// <param name="ProtocolVersion">The coordinator's <see cref="Protocol.Version"/>.</param>
/// <param name="NumericsVersion">The coordinator's <see cref="Training.NumericsVersion"/>.</param>
/// <param name="StoreId">The id of the coordinator's job store: all silos must share it.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.JoinRequest")]
public sealed record JoinRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] int ProtocolVersion,
    [property: Id(3)] int NumericsVersion,
    [property: Id(4)] string StoreId);

/// <summary>A worker that can take part.</summary>
/// <param name="Host">Name of its machine.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Kernel">Name of its kernel set.</param>
/// <param name="Threads">Number of its compute threads.</param>
/// <param name="Held">Where the replica stands that it has from an earlier coordinator; null: it has none.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.JoinReply")]
public sealed record JoinReply(
    [property: Id(0)] string Host,
    [property: Id(1)] int ProcessId,
    [property: Id(2)] string Kernel,
    [property: Id(3)] int Threads,
    [property: Id(4)] ReplicaReply? Held)
{
    /// <summary>Its version of DistConv; null: an older one, which does not tell.</summary>
    [Id(5)]
    public string? Build { get; init; }
}

/// <summary>What a worker needs in order to make its replica of a job. The specification and the snapshot are in the store, which all silos share.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim on the job.</param>
/// <param name="SnapshotStep">The step of the snapshot to begin at (whoever wrote it: the bits are the same); null: the untrained network of the
/// job's seed.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.PrepareRequest")]
public sealed record PrepareRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] long? SnapshotStep)
{
    /// <summary>Blocks of one gradient each that this silo needs to exchange gradients with others: it checks that it has the memory.</summary>
    [Id(3)]
    public int GradientBlocks { get; init; }
}

/// <summary>Where a replica stands.</summary>
/// <param name="Step">Updates that are applied.</param>
/// <param name="LayerHashes">Hashes of the weights.</param>
/// <param name="UpdateMs">Milliseconds of the update that was asked for; 0 when there was none to do.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ReplicaReply")]
public sealed record ReplicaReply([property: Id(0)] long Step, [property: Id(1)] ulong[] LayerHashes, [property: Id(2)] double UpdateMs);
