using DistConv.Training.Metrics;

namespace DistConv.Grains.Contracts;

/// <summary>A <see cref="SubtreeMessage"/> without its values.</summary>
/// <param name="FirstShard">The subtree's first shard.</param>
/// <param name="EndShard">The shard after its last.</param>
/// <param name="Totals">Samples, losses and correct answers.</param>
/// <param name="First">The first parameter that is meant.</param>
/// <param name="Length">Number of parameters that are meant.</param>
/// <param name="Parameters">Number of parameters of the model.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.SubtreeOutline")]
public sealed record SubtreeOutline(
    [property: Id(0)] int FirstShard,
    [property: Id(1)] int EndShard,
    [property: Id(2)] StepTotals Totals,
    [property: Id(3)] int First,
    [property: Id(4)] int Length,
    [property: Id(5)] int Parameters);

/// <summary>Asks for a chunk of the sum over a subtree of the step that was computed last.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Attempt">The <see cref="StepRequest.Attempt"/> that is meant.</param>
/// <param name="FirstShard">The subtree's first shard.</param>
/// <param name="First">The first parameter.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.SumRequest")]
public sealed record SumRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Attempt,
    [property: Id(3)] int FirstShard,
    [property: Id(4)] int First,
    [property: Id(5)] int Count);

/// <summary>A chunk of a step's gradient over all shards, sent before the call that applies it.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step.</param>
/// <param name="First">The first parameter.</param>
/// <param name="Values">The sum over the step's samples, not divided, from that parameter on.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.GradientChunk")]
public sealed record GradientChunk(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int First,
    [property: Id(4)] GradientMessage Values);

/// <summary>Asks for a chunk of a gradient that was applied.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step.</param>
/// <param name="First">The first parameter.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.GradientChunkRequest")]
public sealed record GradientChunkRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int First,
    [property: Id(4)] int Count);
