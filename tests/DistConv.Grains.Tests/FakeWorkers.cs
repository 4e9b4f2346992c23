using System.Net;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Membership;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Grains.Tests;

/// <summary>Two silos whose workers only answer.</summary>
internal sealed class FakeWorkers : IWorkerClient, ISiloWatch
{
    private readonly TaskCompletionSource _secondIsLost = new();

    /// <summary>The silos that are there; the first is the coordinator's.</summary>
    public IReadOnlyList<SiloAddress> Active { get; set; } = [];

    public SiloAddress[] Silos { get; } =
        [SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1), SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1)];

    public FakeWorker[] Workers { get; } = [new FakeWorker(), new FakeWorker()];

    /// <summary>A coordinator on the first silo, which knows both from the start.</summary>
    public WorkerStepExecutor Coordinate(TinyJob job)
    {
        Active = Silos;
        Workers[1].Leader = Workers[0];
        WorkerGroup group = new(job.Folder, this, Silos[0], this, TimeProvider.System) { Fence = 3, StoreId = "store" };
        return new WorkerStepExecutor(group, isComputing: () => false, TimeProvider.System);
    }

    public void LoseSecond() => _secondIsLost.SetResult();

    public Task WhenLost(SiloAddress silo) => silo.Equals(Silos[1]) ? _secondIsLost.Task : new TaskCompletionSource().Task;

    public IWorkerService On(SiloAddress silo) => Workers[silo.Equals(Silos[0]) ? 0 : 1];
}

/// <summary>A worker without a replica.</summary>
internal sealed class FakeWorker : IWorkerService
{
    private readonly Dictionary<long, TaskCompletionSource<SumReply>> _sums = [];

    public ulong[] Hashes { get; set; } = [1, 2];

    public long? Behind { get; set; }

    /// <summary>What it says about the sum of a step; null: the sum does not come until <see cref="Deliver"/>.</summary>
    public SumReply? Sum { get; set; } = new(null, null, 0);

    /// <summary>What it lacks of a sum that does not come.</summary>
    public MissingReply Lacks { get; set; } = new([], []);

    /// <summary>Another loss than the shards have.</summary>
    public double LossError { get; set; }

    /// <summary>What it has noticed about hedged gradients.</summary>
    public string? Difference { get; set; }

    /// <summary>Whether it never answers a step.</summary>
    public bool Hangs { get; set; }

    /// <summary>What it waits for before it answers a step.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Steps that it has answered.</summary>
    public int Answered { get; private set; }

    public List<PrepareRequest> Prepared { get; } = [];

    public List<StateTransferRequest> Adopted { get; } = [];

    /// <summary>Where its replica stands.</summary>
    public long Step { get; set; }

    /// <summary>What it holds from an earlier coordinator, and knows about its run.</summary>
    public JournalMessage? Journal { get; set; }

    /// <summary>The worker that it follows.</summary>
    public FakeWorker? Leader { get; set; }

    public List<StepRequest> Steps { get; } = [];

    public List<SumRequest> Asked { get; } = [];

    public List<GradientRequest> GradientsAsked { get; } = [];

    /// <summary>Answers that are lost on their way, before the next one arrives.</summary>
    public int LostAnswers { get; set; }

    public List<ApplyRequest> Applied { get; } = [];

    public List<EvaluateRequest> Evaluated { get; } = [];

    public Task<JoinReply> Join(JoinRequest request) => Task.FromResult(
        new JoinReply("host", 1, "scalar", 1, Journal is null ? null : new ReplicaReply(Step, Hashes, 0)));

    public Task<ReplicaReply> Prepare(PrepareRequest request)
    {
        Prepared.Add(request);
        Step = request.SnapshotStep ?? 0;
        return Task.FromResult(new ReplicaReply(Step, Hashes, 0));
    }

    public Task<ReplicaReply> TransferState(StateTransferRequest request)
    {
        Adopted.Add(request);
        Step = Leader!.Step;
        return Task.FromResult(new ReplicaReply(Step, Hashes, 0));
    }

    public Task<StateOutline> OpenState(string job, long fence) => Answer(new StateOutline(1, Step, [], Hashes, [], Journal!));

    public Task<FloatBlock> ReadState(ChunkRequest request) => throw new NotSupportedException();

    public Task<GradientReply> ReadGradient(GradientRequest request)
    {
        GradientsAsked.Add(request);
        return Answer(new GradientReply(Step, null, Journal));
    }

    public Task<JournalMessage> ReadJournal(string job, long fence) => Task.FromResult(Journal!);

    public async Task<StepReply> RunStep(StepRequest request)
    {
        Steps.Add(request);
        Step = request.Step;
        if (Hangs) await new TaskCompletionSource().Task;
        await Gate;
        if (Behind is { } step) return StepReply.IsBehind(step);
        Answered++;
        int shards = request.Shards.Length;
        SubtreeMessage[] subtrees =
        [
            .. ShardTree.MaximalSubtrees(request.Shards, 4).Select(node => new SubtreeMessage(
                node.Lo, node.Hi, new StepTotals(5 * node.Width, (1.5 * node.Width) + LossError, 3 * node.Width))),
        ];
        return new StepReply(null, subtrees, 5 * shards, 0, Hashes, 0, 1) { SentBytes = 100, Difference = Difference };
    }

    public Task<SumReply> AwaitSum(SumRequest request)
    {
        Asked.Add(request);
        if (Sum is { } sum) return Answer(sum);
        if (!_sums.TryGetValue(request.Step, out TaskCompletionSource<SumReply>? coming)) _sums.Add(request.Step, coming = new());
        return coming.Task;
    }

    /// <summary>The sum of a step that was waited for comes.</summary>
    public void Deliver(long step) => _sums[step].SetResult(new SumReply(null, null, 0));

    public Task<MissingReply> ReadMissing(SumRequest request) => Task.FromResult(Lacks);

    public Task<GradientMessage?> ReadRange(RangeRequest request) => throw new NotSupportedException();

    public Task<LaneOffer> OpenLane(LaneRequest request) => throw new NotSupportedException();

    public Task PutFrame(FrameMessage message) => throw new NotSupportedException();

    public Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request) => throw new NotSupportedException();

    public Task<ReplicaReply> Apply(ApplyRequest request)
    {
        Applied.Add(request);
        Step = request.Commit.Step + 1;
        return Task.FromResult(new ReplicaReply(Step, Hashes, 1));
    }

    public Task<DiagnoseNonFiniteReply> DiagnoseNonFinite(DiagnoseNonFiniteRequest request) => throw new NotSupportedException();

    public Task<EvaluationShare> Evaluate(EvaluateRequest request)
    {
        Evaluated.Add(request);
        return Task.FromResult(new EvaluationShare(new EvaluationPart(256, [256d * (1 + request.Share)], 128), null));
    }

    public async Task<StateMessage> Capture(ReplicaRequest request)
    {
        await Gate;
        return new StateMessage(request.Step, 1, [], Hashes, []);
    }

    public Task<ExchangeCounters> ReadCounters() => throw new NotSupportedException();

    public Task Release(string job, long fence) => Task.CompletedTask;

    private Task<T> Answer<T>(T answer) => LostAnswers-- > 0 ? new TaskCompletionSource<T>().Task : Task.FromResult(answer);
}
