using DistConv.Grains.Contracts;

namespace DistConv.Grains.Tests.Control;

/// <summary>What a coordinator asks of a stand-in on another silo.</summary>
[Alias("DistConv.IStandInGrain")]
internal interface IStandInGrain : IGrainWithIntegerKey
{
    [Alias("Join")]
    Task<JoinReply> Join(JoinRequest request);

    [Alias("Prepare")]
    Task<ReplicaReply> Prepare(PrepareRequest request);

    [Alias("RunStep")]
    Task<StepReply> RunStep(StepRequest request, int shards);

    [Alias("Apply")]
    Task<ReplicaReply> Apply(ApplyRequest request);
}

/// <inheritdoc cref="IStandInGrain"/>
internal sealed class StandInGrain : Grain, IStandInGrain
{
    public Task<JoinReply> Join(JoinRequest request) => Task.FromResult(StandIn.Join());

    public Task<ReplicaReply> Prepare(PrepareRequest request) => Task.FromResult(StandIn.At(request.SnapshotStep ?? 0));

    public Task<StepReply> RunStep(StepRequest request, int shards) => Task.FromResult(StandIn.Answer(request, shards));

    public Task<ReplicaReply> Apply(ApplyRequest request) => Task.FromResult(StandIn.At(request.Commit.Step + 1));
}
