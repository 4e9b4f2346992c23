using DistConv.Training.Metrics;
using DistConv.Training.Steps;

namespace DistConv.Grains.Contracts;

/// <summary>What the run knows at a step boundary, kept by every worker for the next coordinator.</summary>
/// <param name="Running">Sums of the epoch so far.</param>
/// <param name="Epochs">Epochs that have ended; null: as in the message before.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ProgressMessage")]
public sealed record ProgressMessage([property: Id(0)] RunningMetrics Running, [property: Id(1)] EpochMetrics[]? Epochs);

/// <summary>What a silo computed of one subtree of the shard tree; its gradient travels to the owners of its ranges.</summary>
/// <param name="FirstShard">The subtree's first shard.</param>
/// <param name="EndShard">The shard after its last.</param>
/// <param name="Totals">Samples, losses and correct answers.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.SubtreeMessage")]
public sealed record SubtreeMessage([property: Id(0)] int FirstShard, [property: Id(1)] int EndShard, [property: Id(2)] StepTotals Totals);

/// <summary>One step for a worker.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step to compute, from 0: the number of updates before it.</param>
/// <param name="Shards">The shards to compute in this call, ascending, besides those that the worker has computed of this step; none: it only follows a new
/// plan.</param>
/// <param name="Commit">The step before, if it may still have to be applied.</param>
/// <param name="Progress">What the run knows before the step.</param>
/// <param name="IsExchanged">Whether other silos compute, too.</param>
/// <param name="Plan">Who exchanges gradients; null: as before.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.StepRequest")]
public sealed record StepRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int[] Shards,
    [property: Id(4)] CommitMessage? Commit,
    [property: Id(5)] ProgressMessage Progress,
    [property: Id(6)] bool IsExchanged,
    [property: Id(7)] ExchangePlan? Plan)
{
    /// <summary>Whether the reply has the norms of the weights.</summary>
    [Id(8)]
    public bool MeasureNorms { get; init; }
}

/// <summary>A worker's part of a step.</summary>
/// <param name="Behind">Null; or the step at which the replica stands when it lacks earlier updates, and computed nothing.</param>
/// <param name="Subtrees">The maximal subtrees of the call's shards; shards without samples in this step are absent.</param>
/// <param name="CoverageCount">See <see cref="Training.Shards.CoverageProof.Count"/>, of this step on this silo.</param>
/// <param name="CoverageSum">See <see cref="Training.Shards.CoverageProof.Sum"/>.</param>
/// <param name="LayerHashes">Hashes of the weights with which the step was computed.</param>
/// <param name="UpdateMs">Milliseconds of applying the gradient of the step before.</param>
/// <param name="ComputeMs">Milliseconds of forward and backward passes.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.StepReply")]
public sealed record StepReply(
    [property: Id(0)] long? Behind,
    [property: Id(1)] SubtreeMessage[] Subtrees,
    [property: Id(2)] long CoverageCount,
    [property: Id(3)] UInt128 CoverageSum,
    [property: Id(4)] ulong[] LayerHashes,
    [property: Id(5)] double UpdateMs,
    [property: Id(6)] double ComputeMs)
{
    /// <summary>Two silos computed the same shards with different bits: one line; null: nothing is known.</summary>
    [Id(7)]
    public string? Difference { get; init; }

    /// <summary>The norm of each layer's weights with which the step was computed: the second of each two; null if it was not asked for.</summary>
    [Id(8)]
    public float[]? Norms { get; init; }

    /// <summary>The share of its machine's processors that the silo's process uses, 0 … 1. Told every few seconds, with <see cref="MemoryBytes"/>.</summary>
    [Id(9)]
    public float ProcessorShare { get; init; }

    /// <summary>The physical memory of the silo's process; 0: not told this time.</summary>
    [Id(10)]
    public long MemoryBytes { get; init; }

    /// <summary>Bytes of gradients that this silo has sent to others since its last answer.</summary>
    [Id(11)]
    public long SentBytes { get; init; }

    /// <summary>The answer of a replica that lacks earlier updates.</summary>
    /// <param name="step">Where it stands.</param>
    /// <returns>An answer without sums.</returns>
    public static StepReply IsBehind(long step) => new(step, [], 0, 0, [], 0, 0);
}

/// <summary>A step to apply.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Commit">The step.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ApplyRequest")]
public sealed record ApplyRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] CommitMessage Commit);

/// <summary>A question to a replica.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The updates that must have been applied.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ReplicaRequest")]
public sealed record ReplicaRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] long Step)
{
    /// <summary>The most bytes of state that the reply may carry; more are left out, and read in chunks. No limit by default, as within a process.</summary>
    [Id(3)]
    public long MaxBytes { get; init; } = long.MaxValue;
}

/// <summary>A share of an evaluation.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The updates that must have been applied.</param>
/// <param name="Share">Which share, from 0.</param>
/// <param name="Shares">How many there are.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.EvaluateRequest")]
public sealed record EvaluateRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int Share,
    [property: Id(4)] int Shares);

/// <summary>Has a worker look for what made a step not finite.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step, at which the replica must stand.</param>
/// <param name="Shards">The shards to look at.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.DiagnoseNonFiniteRequest")]
public sealed record DiagnoseNonFiniteRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int[] Shards);

/// <summary>What a worker found.</summary>
/// <param name="Origin">Null: its shards are finite.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.DiagnoseNonFiniteReply")]
public sealed record DiagnoseNonFiniteReply([property: Id(0)] NonFiniteOrigin? Origin);
