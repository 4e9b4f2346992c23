using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Contracts;

/// <summary>Has a worker bring its replica to where another silo's stands.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Holder">The other silo.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.StateTransferRequest")]
public sealed record StateTransferRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] SiloAddress Holder);

/// <summary>The outline of a copy of a replica's state, whose values are fetched in chunks.</summary>
/// <param name="Copy">Number of the copy, for <see cref="ChunkRequest"/>.</param>
/// <param name="Step">Updates that were applied.</param>
/// <param name="OptimizerScalars">See <see cref="SnapshotInfo.OptimizerScalars"/>.</param>
/// <param name="LayerHashes">Hashes of the weights.</param>
/// <param name="Tensors">Weights in layer order, and the optimizer's slots, without their values.</param>
/// <param name="Journal">What the run knows there.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.StateOutline")]
public sealed record StateOutline(
    [property: Id(0)] long Copy,
    [property: Id(1)] long Step,
    [property: Id(2)] Dictionary<string, double> OptimizerScalars,
    [property: Id(3)] ulong[] LayerHashes,
    [property: Id(4)] TensorOutline[] Tensors,
    [property: Id(5)] JournalMessage Journal);

/// <summary>A tensor without its values.</summary>
/// <param name="Name">See <see cref="SnapshotTensor.Name"/>.</param>
/// <param name="Role">See <see cref="SnapshotTensor.Role"/>.</param>
/// <param name="Shape">See <see cref="SnapshotTensor.Shape"/>.</param>
/// <param name="Length">Number of its values.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.TensorOutline")]
public sealed record TensorOutline(
    [property: Id(0)] string Name,
    [property: Id(1)] string Role,
    [property: Id(2)] int[] Shape,
    [property: Id(3)] int Length);

/// <summary>Asks for a part of a copy.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Copy">The <see cref="StateOutline.Copy"/>.</param>
/// <param name="Tensor">Index in <see cref="StateOutline.Tensors"/>.</param>
/// <param name="First">The first value.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ChunkRequest")]
public sealed record ChunkRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Copy,
    [property: Id(3)] int Tensor,
    [property: Id(4)] int First,
    [property: Id(5)] int Count);

/// <summary>Asks a worker that others follow for the gradient of a step.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step at which the asker stands.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.GradientRequest")]
public sealed record GradientRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] long Step)
{
    /// <summary>The most bytes of gradient that the reply may carry; more are left out, and read in chunks. No limit by default, as within a process.</summary>
    [Id(3)]
    public long MaxBytes { get; init; } = long.MaxValue;
}

/// <summary>A gradient that was applied, for a replica that follows.</summary>
/// <param name="HolderStep">Where the answering replica stands.</param>
/// <param name="Gradient">The gradient of the step; null if it is not kept, or not there yet.</param>
/// <param name="Journal">What the run knows where the answering replica stands; null with a gradient.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.GradientReply")]
public sealed record GradientReply(
    [property: Id(0)] long HolderStep,
    [property: Id(1)] ReducedMessage? Gradient,
    [property: Id(2)] JournalMessage? Journal)
{
    /// <summary>Number of parameters, where the gradient is too large for one message: its values are read by
    /// <see cref="IWorkerService.ReadGradientChunk"/>.</summary>
    [Id(3)]
    public int? Parameters { get; init; }
}

/// <summary>What a worker knows about the run besides its replica's state: enough for the next coordinator to go on.</summary>
/// <param name="ProgressStep">The boundary of <paramref name="Running"/> and <paramref name="Epochs"/>; the replica stands there or further.</param>
/// <param name="Running">Sums of the epoch so far.</param>
/// <param name="Epochs">Epochs that have ended.</param>
/// <param name="Records">The last steps, ascending, up to where the replica stands.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.JournalMessage")]
public sealed record JournalMessage(
    [property: Id(0)] long ProgressStep,
    [property: Id(1)] RunningMetrics Running,
    [property: Id(2)] EpochMetrics[] Epochs,
    [property: Id(3)] RecordMessage[] Records);

/// <summary><see cref="Training.Loop.StepRecord"/> in a message.</summary>
/// <param name="Step">The step.</param>
/// <param name="Totals">Its samples, losses and correct answers.</param>
/// <param name="Coverage">Which samples it used.</param>
/// <param name="Measures">What the machines measured.</param>
/// <param name="LayerHashes">Hashes of the weights on which it was computed.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.RecordMessage")]
public sealed record RecordMessage(
    [property: Id(0)] long Step,
    [property: Id(1)] StepTotals Totals,
    [property: Id(2)] CoverageState Coverage,
    [property: Id(3)] StepMeasures Measures,
    [property: Id(4)] ulong[] LayerHashes);
