using System.Net;
using DistConv.Core.Buffers;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Membership;
using DistConv.Grains.Workers;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Tests;

/// <summary>Two silos whose workers only answer.</summary>
internal sealed class FakeWorkers(int parameters) : IWorkerClient, ISiloWatch
{
    private readonly TaskCompletionSource _secondIsLost = new();

    /// <summary>The silos that are there; the first is the coordinator's.</summary>
    public IReadOnlyList<SiloAddress> Active { get; set; } = [];

    public SiloAddress[] Silos { get; } =
        [SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1), SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1)];

    public FakeWorker[] Workers { get; } = [new FakeWorker(parameters) { Value = 1 }, new FakeWorker(parameters) { Value = 2, IsRemote = true }];

    public void LoseSecond() => _secondIsLost.SetResult();

    public Task WhenLost(SiloAddress silo) => silo.Equals(Silos[1]) ? _secondIsLost.Task : new TaskCompletionSource().Task;

    public IWorkerService On(SiloAddress silo) => Workers[silo.Equals(Silos[0]) ? 0 : 1];
}

/// <summary>A worker without a replica.</summary>
internal sealed class FakeWorker(int parameters) : IWorkerService
{
    private readonly BucketSignal _bucket = new();
    private int[] _shards = [];

    public FloatBuffer Gradient { get; } = new(parameters);

    public int EarlyBucketStart { get; set; } = parameters;

    public bool IsRemote { get; init; }

    /// <summary>Whether its early buckets never arrive.</summary>
    public bool BucketIsLost { get; set; }

    public float[] KeptBucket { get; private set; } = [];

    public float Value { get; set; }

    public ulong[] Hashes { get; set; } = [1, 2];

    public long? Behind { get; set; }

    public float PendingValue { get; private set; }

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

    public Task<StateOutline> OpenState(string job, long fence) => throw new NotSupportedException();

    public Task<FloatBlock> ReadState(ChunkRequest request) => throw new NotSupportedException();

    public Task<GradientReply> ReadGradient(GradientRequest request) => throw new NotSupportedException();

    public Task<JournalMessage> ReadJournal(string job, long fence) => Task.FromResult(Journal!);

    public async Task<StepReply> RunStep(StepRequest request)
    {
        Steps.Add(request);
        Step = request.Step;
        if (Hangs) await new TaskCompletionSource().Task;
        await Gate;
        if (Behind is not null) _bucket.Begin(request.Attempt).Dispose();
        if (Behind is { } step) return StepReply.IsBehind(step);
        if (request.Pending is { } pending) PendingValue = pending.Values.Span[0];
        using IDisposable bucket = _bucket.Begin(request.Attempt);
        Gradient.Span.Fill(Value);
        _shards = request.Shards;
        _bucket.Complete();
        Answered++;
        return new StepReply(null, [Subtree(0, request.BucketApart ? EarlyBucketStart : (int)Gradient.Length)], 5 * _shards.Length, 0, Hashes, 0, 1);
    }

    public async Task<BucketReply> ReadBucket(BucketRequest request)
    {
        if (!BucketIsLost) await _bucket.ReadyAsync(request.Attempt);
        else throw new TimeoutException("its answer was lost");
        return new BucketReply([Subtree(EarlyBucketStart, (int)Gradient.Length)]);
    }

    public Task<Taken> KeepBucket(BucketMessage message)
    {
        KeptBucket = message.Values.Span.ToArray();
        return Task.FromResult(new Taken(IsKept: true));
    }

    public Task<Taken> KeepChunk(GradientChunk chunk) => throw new NotSupportedException();

    public Task<GradientMessage> ReadSum(SumRequest request) => throw new NotSupportedException();

    public Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request) => throw new NotSupportedException();

    public Task<ReplicaReply> Apply(ApplyRequest request)
    {
        Applied.Add(request);
        Step = request.Gradient.Step + 1;
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

    public Task Release(string job, long fence) => Task.CompletedTask;

    /// <summary>As it arrives: in a block of its own if the worker is in another process.</summary>
    private SubtreeMessage Subtree(int first, int end)
    {
        var values = new GradientMessage(Gradient, first, end - first);
        if (IsRemote)
        {
            var block = new FloatBuffer(Gradient.Length);
            block.Span[first..end].Fill(Value);
            values = new GradientMessage(block, first, end - first);
        }

        return new SubtreeMessage(_shards[0], _shards[^1] + 1, new StepTotals(5 * _shards.Length, 1.5 * _shards.Length, 3 * _shards.Length), values);
    }
}
