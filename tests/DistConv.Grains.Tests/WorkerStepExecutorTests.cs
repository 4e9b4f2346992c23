using System.Net;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Workers;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>The coordinator's side of a step, with workers that only answer.</summary>
public sealed class WorkerStepExecutorTests : IDisposable
{
    private readonly TinyJob _job = new();
    private readonly ComputePool _pool = new(1);
    private readonly FakeWorkers _workers;
    private readonly WorkerStepExecutor _executor;

    public WorkerStepExecutorTests()
    {
        _workers = new FakeWorkers(ParameterCount());
        var team = new WorkerTeam(_job.Folder, [.. _workers.Silos], _workers.Silos[0], _workers, _pool, KernelSets.Select("scalar")) { Fence = 3 };
        _executor = new WorkerStepExecutor(team);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _pool.Dispose();
        _job.Dispose();
    }

    [Fact]
    public async Task RunStepAsync_sums_the_silos_and_sends_the_sum_with_the_next_step()
    {
        await _executor.RestoreAsync(null, Token);
        StepOutcome first = await _executor.RunStepAsync(0, Token);
        await _executor.RunStepAsync(1, Token);

        Assert.Equal(new StepTotals(10, 3, 6), first.Totals);
        Assert.Equal(10, first.Coverage.Count);
        Assert.All(_workers.Workers, worker =>
        {
            Assert.Equal([(3L, 0L), (3L, 1L)], worker.Steps.Select(request => (request.Fence, request.Step)));
            Assert.Null(worker.Steps[0].Pending);
            Assert.Equal((0L, 3f), (worker.Steps[1].Pending!.Step, worker.PendingValue));
        });
    }

    [Fact]
    public async Task RunStepAsync_sum_on_its_way_is_in_no_workers_buffer()
    {
        // The local worker computes the next gradient into its buffer as soon as it has applied the sum, while the sum is still being sent to the other silo.
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, Token);
        await _executor.RunStepAsync(1, Token);

        Assert.All(_workers.Workers, worker => Assert.All(
            _workers.Workers, other => Assert.NotSame(other.Gradient, worker.Steps[1].Pending!.Values.Values)));
    }

    [Fact]
    public async Task RunStepAsync_counts_the_bytes_of_the_other_silo_only()
    {
        await _executor.RestoreAsync(null, Token);
        long blockBytes = _workers.Workers[1].Gradient.Length * sizeof(float);

        StepOutcome first = await _executor.RunStepAsync(0, Token);
        StepOutcome second = await _executor.RunStepAsync(1, Token);

        Assert.Equal((blockBytes, 2 * blockBytes), (first.Timing.ExchangedBytes, second.Timing.ExchangedBytes));
    }

    [Fact]
    public async Task RunStepAsync_weights_that_differ_name_the_silo()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Hashes = [1, 3];

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(async () => await _executor.RunStepAsync(0, Token));

        Assert.Contains("127.0.0.1:2 differ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunStepAsync_worker_that_is_behind_is_named()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Behind = 4;

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(async () => await _executor.RunStepAsync(6, Token));

        Assert.Equal("step 6: silo 127.0.0.1:2 stands at step 4", e.Message);
    }

    [Fact]
    public async Task RunStepAsync_gradient_that_is_not_finite_is_never_sent()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Value = float.NaN;

        await Assert.ThrowsAsync<NonFiniteGradientException>(async () => await _executor.RunStepAsync(0, Token));

        Assert.All(_workers.Workers, worker => Assert.Empty(worker.Applied));
    }

    [Fact]
    public async Task EvaluateAsync_applies_what_is_pending_once()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, Token);

        await _executor.EvaluateAsync(Token);
        await _executor.EvaluateAsync(Token);
        await _executor.RunStepAsync(1, Token);

        Assert.All(_workers.Workers, worker => Assert.Equal(0, Assert.Single(worker.Applied).Gradient.Step));
        Assert.Equal([1L, 1L], _workers.Workers[0].Evaluated.Select(request => request.Step));
        Assert.Null(_workers.Workers[0].Steps[1].Pending);
    }

    private int ParameterCount()
    {
        using var replica = new Replica(_job.Spec, _job.Source, _pool, KernelSets.Select("scalar"));
        return replica.ParameterCount;
    }

    private sealed class FakeWorkers(int parameters) : IWorkerClient
    {
        public SiloAddress[] Silos { get; } =
            [SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1), SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1)];

        public FakeWorker[] Workers { get; } = [new FakeWorker(parameters) { Value = 1 }, new FakeWorker(parameters) { Value = 2 }];

        public IWorkerService On(SiloAddress silo) => Workers[silo.Equals(Silos[0]) ? 0 : 1];
    }

    private sealed class FakeWorker(int parameters) : IWorkerService
    {
        private PrepareRequest? _prepared;

        public FloatBuffer Gradient { get; } = new(parameters);

        public float Value { get; set; }

        public ulong[] Hashes { get; set; } = [1, 2];

        public long? Behind { get; set; }

        public float PendingValue { get; private set; }

        public List<StepRequest> Steps { get; } = [];

        public List<ApplyRequest> Applied { get; } = [];

        public List<ReplicaRequest> Evaluated { get; } = [];

        public Task<PrepareReply> Prepare(PrepareRequest request)
        {
            _prepared = request;
            return Task.FromResult(new PrepareReply(request.SnapshotStep ?? 0, Hashes, "host", 1, "scalar", 1));
        }

        public Task<StepReply> RunStep(StepRequest request)
        {
            Steps.Add(request);
            if (Behind is { } step) return Task.FromResult(StepReply.IsBehind(step));
            if (request.Pending is { } pending) PendingValue = pending.Values.Values.Span[0];
            Gradient.Span.Fill(Value);
            int[] shards = _prepared!.Shards;
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

        public Task<StateMessage> Capture(ReplicaRequest request) => throw new NotSupportedException();

        public Task Release(string job, long fence) => Task.CompletedTask;
    }
}
