using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Grains.Contracts;

/// <summary>Who exchanges gradients with whom. All silos cut the sum of a step alike, from the model and from this.</summary>
/// <param name="Number">Higher than those of the earlier plans of the same coordinator.</param>
/// <param name="Silos">The silos that compute, in the order in which they own ranges; at least two.</param>
/// <param name="IsStar">Whether the first silo adds up everything, as for small models.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ExchangePlan")]
public sealed record ExchangePlan([property: Id(0)] long Number, [property: Id(1)] SiloAddress[] Silos, [property: Id(2)] bool IsStar);

/// <summary>A step is done: its sum over all shards exists, checked. Whoever has not applied it does so before anything else.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Totals">Its samples, losses and correct answers.</param>
/// <param name="Coverage">Which samples it used.</param>
/// <param name="Measures">What the machines measured.</param>
/// <param name="Holder">A silo that has the whole sum.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.CommitMessage")]
public sealed record CommitMessage(
    [property: Id(0)] long Step,
    [property: Id(1)] StepTotals Totals,
    [property: Id(2)] CoverageState Coverage,
    [property: Id(3)] StepMeasures Measures,
    [property: Id(4)] SiloAddress Holder)
{
    /// <summary>What the losses of the epochs before the step have led to, for its learning rate: see <see cref="Training.Schedules.Plateau"/>.</summary>
    [Id(5)]
    public double RateFraction { get; init; } = 1;
}

/// <summary>A commit with the gradient itself, for a replica that follows another one.</summary>
/// <param name="Commit">The step.</param>
/// <param name="Values">The sum over its samples, not divided.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.ReducedMessage")]
public sealed record ReducedMessage([property: Id(0)] CommitMessage Commit, [property: Id(1)] GradientMessage Values);

/// <summary>Waits for the sum of a step over all shards.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step.</param>
/// <param name="MeasureNorms">Whether the reply has the norms of the gradient.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.SumRequest")]
public sealed record SumRequest(
    [property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] long Step, [property: Id(3)] bool MeasureNorms);

/// <summary>The sum of a step is there.</summary>
/// <param name="NotFinite">What of it is not finite, in one line; null: all is.</param>
/// <param name="Norms">The norm of each layer's gradient: the first of each two; null if it was not asked for.</param>
/// <param name="ReduceMs">Milliseconds that this silo added, where no other silo took part.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.SumReply")]
public sealed record SumReply([property: Id(0)] string? NotFinite, [property: Id(1)] float[]? Norms, [property: Id(2)] double ReduceMs);

/// <summary>What a silo lacks of a step's sum.</summary>
/// <param name="Owners">Whose ranges it lacks, itself included.</param>
/// <param name="Shards">Shards whose gradients it lacks for the ranges that it owns.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.MissingReply")]
public sealed record MissingReply([property: Id(0)] SiloAddress[] Owners, [property: Id(1)] int[] Shards);

/// <summary>Asks for a range of the sum of a step that the asked silo has whole.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step.</param>
/// <param name="First">The first float.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.RangeRequest")]
public sealed record RangeRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int First,
    [property: Id(4)] int Count);

/// <summary>Asks a silo for a way to send it gradients of a job.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="From">Who will send.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.LaneRequest")]
public sealed record LaneRequest([property: Id(0)] string Job, [property: Id(1)] long Fence, [property: Id(2)] SiloAddress From);

/// <summary>A frame of the bulk lane that travels as a message, where there is no lane.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="From">Who sends.</param>
/// <param name="Header">The frame's header, as on the lane.</param>
/// <param name="Values">Its body.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.FrameMessage")]
public sealed record FrameMessage(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] SiloAddress From,
    [property: Id(3)] byte[] Header,
    [property: Id(4)] GradientMessage Values);

/// <summary>The way to send gradients to a silo.</summary>
/// <param name="Endpoint">Address and port of its bulk lane.</param>
/// <param name="Token">What a connection has to show, once: 16 bytes.</param>
/// <param name="Key">What its frames are sealed with, 32 bytes; null: they are not.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.LaneOffer")]
public sealed record LaneOffer([property: Id(0)] string Endpoint, [property: Id(1)] byte[] Token, [property: Id(2)] byte[]? Key = null);
