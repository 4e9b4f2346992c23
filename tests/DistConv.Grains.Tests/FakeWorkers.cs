using System.Net;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
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

    public FakeWorker[] Workers { get; } = [new FakeWorker(parameters) { Value = 1 }, new FakeWorker(parameters) { Value = 2 }];

    public void LoseSecond() => _secondIsLost.SetResult();

    public Task WhenLost(SiloAddress silo) => silo.Equals(Silos[1]) ? _secondIsLost.Task : new TaskCompletionSource().Task;

    public IWorkerService On(SiloAddress silo) => Workers[silo.Equals(Silos[0]) ? 0 : 1];
}

/// <summary>A worker without a replica.</summary>
internal sealed class FakeWorker(int parameters) : IWorkerService
{
    public FloatBuffer Gradient { get; } = new(parameters);

    public float Value { get; set; }

    public ulong[] Hashes { get; set; } = [1, 2];

    public long? Behind { get; set; }

    public float PendingValue { get; private set; }

    /// <summary>Whether it never answers a step.</summary>
    public bool Hangs { get; set; }

    public List<PrepareRequest> Prepared { get; } = [];

    public List<LoadRequest> Loaded { get; } = [];

    public List<StepRequest> Steps { get; } = [];

    public List<ApplyRequest> Applied { get; } = [];

    public List<ReplicaRequest> Evaluated { get; } = [];

    public Task<PrepareReply> Prepare(PrepareRequest request)
    {
        Prepared.Add(request);
        return Task.FromResult(new PrepareReply(request.SnapshotStep ?? 0, Hashes, "host", 1, "scalar", 1));
    }

    public Task<StepReply> RunStep(StepRequest request)
    {
        Steps.Add(request);
        if (Hangs) return new TaskCompletionSource<StepReply>().Task;
        if (Behind is { } step) return Task.FromResult(StepReply.IsBehind(step));
        if (request.Pending is { } pending) PendingValue = pending.Values.Values.Span[0];
        Gradient.Span.Fill(Value);
        int[] shards = request.Shards;
        var subtree = new SubtreeMessage(shards[0], shards[^1] + 1, new StepTotals(5, 1.5, 3), new GradientMessage(Gradient));
        return Task.FromResult(new StepReply(null, [subtree], 5, 0, Hashes, 0, 1));
    }

    public Task<ApplyReply> Apply(ApplyRequest request)
    {
        Applied.Add(request);
        return Task.FromResult(new ApplyReply(request.Gradient.Step + 1, Hashes, 1));
    }

    public Task<EvaluationResult> Evaluate(ReplicaRequest request)
    {
        Evaluated.Add(request);
        return Task.FromResult(new EvaluationResult(0, 0, 0));
    }

    public Task<StateMessage> Capture(ReplicaRequest request) => Task.FromResult(new StateMessage(request.Step, 1, [], Hashes, []));

    public Task<ApplyReply> Load(LoadRequest request)
    {
        Loaded.Add(request);
        return Task.FromResult(new ApplyReply(request.State.Step, Hashes, 0));
    }

    public Task Release(string job, long fence) => Task.CompletedTask;
}
