namespace DistConv.Grains.Contracts;

/// <summary>What a worker needs in order to make its replica of a job. The specification and the snapshot are in the store, which all silos share.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim on the job.</param>
/// <param name="ProtocolVersion">The coordinator's <see cref="Protocol.Version"/>.</param>
/// <param name="NumericsVersion">The coordinator's <see cref="Training.NumericsVersion"/>.</param>
/// <param name="SnapshotStep">The step of the snapshot to begin at (whoever wrote it: the bits are the same); null: the untrained network of the
/// job's seed.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.PrepareRequest")]
public sealed record PrepareRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] int ProtocolVersion,
    [property: Id(3)] int NumericsVersion,
    [property: Id(4)] long? SnapshotStep);

/// <summary>A worker that is ready.</summary>
/// <param name="Step">Updates applied to its replica.</param>
/// <param name="LayerHashes">Hashes of its weights.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Kernel">Name of its kernel set.</param>
/// <param name="Threads">Number of its compute threads.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.PrepareReply")]
public sealed record PrepareReply(
    [property: Id(0)] long Step,
    [property: Id(1)] ulong[] LayerHashes,
    [property: Id(2)] string Host,
    [property: Id(3)] int ProcessId,
    [property: Id(4)] string Kernel,
    [property: Id(5)] int Threads);

/// <summary>State for a replica that joins a job which goes on.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="State">Weights and optimizer state of another replica.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.LoadRequest")]
public sealed record LoadRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] StateMessage State);
