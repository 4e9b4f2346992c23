using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Tests.Control;

/// <summary>A stand-in as the coordinator calls it.</summary>
/// <param name="grain">Where it is; null: in the coordinator's own silo.</param>
/// <param name="shards">Shards of the job.</param>
internal sealed class StandInWorker(IStandInGrain? grain, int shards) : IWorkerService
{
    public Task<JoinReply> Join(JoinRequest request) => grain?.Join(request) ?? Task.FromResult(StandIn.Join());

    public Task<ReplicaReply> Prepare(PrepareRequest request) => grain?.Prepare(request) ?? Task.FromResult(StandIn.At(request.SnapshotStep ?? 0));

    public async Task<StepReply> RunStep(StepRequest request)
    {
        if (grain is not null) return await grain.RunStep(request, shards);
        await Task.Yield(); // As from a real worker, the answer comes later.
        return StandIn.Answer(request, shards);
    }

    public Task<SumReply> AwaitSum(SumRequest request) => Task.FromResult(StandIn.Sum);

    public Task<ReplicaReply> Apply(ApplyRequest request) => grain?.Apply(request) ?? Task.FromResult(StandIn.At(request.Commit.Step + 1));

    public Task Release(string job, long fence) => Task.CompletedTask;

    public Task<ReplicaReply> TransferState(StateTransferRequest request) => throw new NotSupportedException();

    public Task<StateOutline> OpenState(string job, long fence) => throw new NotSupportedException();

    public Task<FloatBlock> ReadState(ChunkRequest request) => throw new NotSupportedException();

    public Task<GradientReply> ReadGradient(GradientRequest request) => throw new NotSupportedException();

    public Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request) => throw new NotSupportedException();

    public Task<JournalMessage> ReadJournal(string job, long fence) => throw new NotSupportedException();

    public Task<MissingReply> ReadMissing(SumRequest request) => throw new NotSupportedException();

    public Task<GradientMessage?> ReadRange(RangeRequest request) => throw new NotSupportedException();

    public Task<LaneOffer> OpenLane(LaneRequest request) => throw new NotSupportedException();

    public Task<ExchangeCounters> ReadCounters() => throw new NotSupportedException();

    public Task PutFrame(FrameMessage message) => throw new NotSupportedException();

    public Task<DiagnoseNonFiniteReply> DiagnoseNonFinite(DiagnoseNonFiniteRequest request) => throw new NotSupportedException();

    public Task<EvaluationShare> Evaluate(EvaluateRequest request) => throw new NotSupportedException();

    public Task<StateMessage> Capture(ReplicaRequest request) => throw new NotSupportedException();
}
