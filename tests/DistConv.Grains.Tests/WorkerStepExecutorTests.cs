using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
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
        using (var replica = new Replica(_job.Spec, _job.Source, _pool, KernelSets.Select("scalar")))
        {
            _workers = new FakeWorkers(replica.ParameterCount);
            foreach (FakeWorker worker in _workers.Workers) worker.EarlyBucketStart = replica.Network.EarlyBucketStart;
        }

        _workers.Active = _workers.Silos;
        _workers.Workers[1].Leader = _workers.Workers[0];
        var group = new WorkerGroup(_job.Folder, _workers, _workers.Silos[0], _workers, TimeProvider.System) { Fence = 3, StoreId = "store" };
        GradientAverage average = new(_job.Spec, _pool, KernelSets.Select("scalar"));
        _executor = new WorkerStepExecutor(group, average, isComputing: () => false, TimeProvider.System);
    }

    private static readonly RunProgress _nothing = new(default, []);

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
        StepOutcome first = await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.Equal(new StepTotals(20, 6, 12), first.Totals);
        Assert.Equal(20, first.Coverage.Count);
        FakeWorker here = _workers.Workers[0], other = _workers.Workers[1];
        Assert.InRange(here.EarlyBucketStart, 1, (int)here.Gradient.Length - 1);
        Assert.Empty(here.KeptBucket);
        Assert.Equal(Enumerable.Repeat(3f, (int)other.Gradient.Length - other.EarlyBucketStart), other.KeptBucket);
        Assert.Equal(((int)here.Gradient.Length, other.EarlyBucketStart), (here.Steps[1].Pending!.Values.Length, other.Steps[1].Pending!.Values.Length));
        Assert.All(_workers.Workers, worker =>
        {
            Assert.Equal([(3L, 0L), (3L, 1L)], worker.Steps.Select(request => (request.Fence, request.Step)));
            Assert.Null(worker.Steps[0].Pending);
            Assert.Equal((0L, 3f), (worker.Steps[1].Pending!.Step, worker.PendingValue));
        });
    }

    [Fact]
    public async Task RunStepAsync_earlyBucketLostOnItsWay_isComputedAgainWithTheLateOne()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].BucketIsLost = true;
        StepOutcome outcome = await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.Equal(new StepTotals(20, 6, 12), outcome.Totals);
        Assert.Equal([true, false, true, false], _workers.Workers[1].Steps.Select(request => request.BucketApart));
        Assert.Equal([[2, 3], [3], [2, 3], [3]], _workers.Workers[1].Steps.Select(request => request.Shards));
        Assert.Equal([[0, 1], [2], [0, 1], [2]], _workers.Workers[0].Steps.Select(request => request.Shards));
        FakeWorker other = _workers.Workers[1];
        Assert.Equal((other.Gradient.Length, 1f + 1f + 2f), (other.Steps[2].Pending!.Values.Length, other.PendingValue));
    }

    [Fact]
    public async Task RestoreAsync_severalSilos_areToldTheGradientsThatTheyExchange()
    {
        await _executor.RestoreAsync(null, Token);

        Assert.Equal([3, 2], _workers.Workers.Select(worker => Assert.Single(worker.Prepared).GradientBlocks));
    }

    [Fact]
    public async Task RunStepAsync_cancelled_while_a_silo_computes_ends()
    {
        using var stop = new CancellationTokenSource();
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Hangs = true;
        Task<StepOutcome> step = _executor.RunStepAsync(0, _nothing, measureNorms: false, stop.Token).AsTask();
        Assert.False(step.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
    }

    [Fact]
    public async Task RunStepAsync_sum_on_its_way_is_in_no_workers_buffer()
    {
        // The local worker computes the next gradient into its buffer as soon as it has applied the sum, while the sum is still being sent to the other silo.
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.All(_workers.Workers, worker => Assert.All(
            _workers.Workers, other => Assert.NotSame(other.Gradient, worker.Steps[1].Pending!.Values.Values)));
    }

    [Fact]
    public async Task RunStepAsync_counts_the_bytes_of_the_other_silo_only()
    {
        await _executor.RestoreAsync(null, Token);
        long blockBytes = _workers.Workers[1].Gradient.Length * sizeof(float), lateBytes = _workers.Workers[1].EarlyBucketStart * sizeof(float);

        StepOutcome first = await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        StepOutcome second = await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        // the reduced late bucket follows with the next step.
        Assert.Equal(((2 * blockBytes) - lateBytes, 2 * blockBytes), (first.Timing.ExchangedBytes, second.Timing.ExchangedBytes));
    }

    [Fact]
    public async Task RunStepAsync_weights_that_differ_name_the_silo()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Hashes = [1, 3];

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token));

        Assert.Contains("127.0.0.1:2 (process 1) differ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunStepAsync_worker_that_is_behind_is_dropped_with_its_name()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Behind = 4;

        await _executor.RunStepAsync(6, _nothing, measureNorms: false, Token);

        Assert.Equal("step 6: silo 127.0.0.1:2 (process 1) stands at step 4; the other silos take over its 2 shards (2-3)", Assert.Single(_executor.Notices));
    }

    [Fact]
    public async Task RunStepAsync_gradient_that_is_not_finite_is_never_sent()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Value = float.NaN;

        await Assert.ThrowsAsync<NonFiniteGradientException>(async () => await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token));

        Assert.All(_workers.Workers, worker => Assert.Empty(worker.Applied));
    }

    [Fact]
    public async Task EvaluateAsync_applies_what_is_pending_once()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);

        await _executor.EvaluateAsync(Token);
        EvaluationResult result = await _executor.EvaluateAsync(Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.All(_workers.Workers, worker => Assert.Equal(0, Assert.Single(worker.Applied).Gradient.Step));
        Assert.Equal([(1L, 0, 2), (1L, 0, 2)], _workers.Workers[0].Evaluated.Select(request => (request.Step, request.Share, request.Shares)));
        Assert.Equal(1, _workers.Workers[1].Evaluated[0].Share);
        Assert.Equal(new EvaluationResult(1.5, 0.5, 512), result);
        Assert.Null(_workers.Workers[0].Steps[1].Pending);
    }

    [Fact]
    public async Task RunStepAsync_silo_that_is_lost_gives_its_shards_to_the_others()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        _workers.Workers[1].Hangs = true;
        Task<StepOutcome> step = _executor.RunStepAsync(1, _nothing, measureNorms: false, Token).AsTask();
        Assert.False(step.IsCompleted);

        _workers.LoseSecond();
        await step;

        // Only what is missing: what the first silo had computed is kept.
        Assert.Equal([[0, 1], [0, 1], [2, 3]], _workers.Workers[0].Steps.Select(request => request.Shards));
        Assert.Equal([0L, 0L], _workers.Workers[0].Steps.Skip(1).Select(request => request.Pending!.Step));
        Assert.Equal([0, 1, 2, 3], Assert.Single(_executor.Silos).Shards);
        Assert.Equal("step 1: silo 127.0.0.1:2 (process 1) was lost; the other silos take over its 2 shards (2-3)", Assert.Single(_executor.Notices));
        Assert.Equal(2, _executor.RetriedShards);
    }

    [Fact]
    public async Task CaptureAsync_lastSiloIsLost_saysThatNobodyIsLeft()
    {
        _workers.Active = [_workers.Silos[1]];
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        _workers.Workers[1].Gate = new TaskCompletionSource().Task;
        Task<Snapshot> capture = _executor.CaptureAsync(default, [], DateTimeOffset.UnixEpoch, Token).AsTask();
        Assert.False(capture.IsCompleted);

        _workers.LoseSecond();

        NoWorkerLeftException e = await Assert.ThrowsAsync<NoWorkerLeftException>(() => capture);
        Assert.Equal(
            "step 0: silo 127.0.0.1:2 (process 1) was lost, and no other silo computes this job: start the silo again, or another one that has the job's "
                + "data, and resume the job",
            e.Message);
        Assert.Empty(_executor.Notices);
    }

    [Fact]
    public async Task RunStepAsync_silo_that_appears_joins_with_the_state_of_the_others()
    {
        _workers.Active = [_workers.Silos[0]];
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);

        _workers.Active = _workers.Silos;
        long step = await RunUntilNoticeAsync(1);

        Assert.Equal([(3L, _workers.Silos[0]), (3L, _workers.Silos[0])], _workers.Workers[1].Adopted.Select(request => (request.Fence, request.Holder)));
        StepRequest joined = Assert.Single(_workers.Workers[1].Steps);
        Assert.Equal((step, 2), (joined.Step, joined.Shards.Length));
        Assert.Equal([0, 1, 2, 3], _executor.Silos.SelectMany(silo => silo.Shards));
        Assert.Equal($"step {step}: silo 127.0.0.1:2 (process 1) joins", Assert.Single(_executor.Notices));
    }

    [Fact]
    public async Task RunStepAsync_joiner_with_other_weights_takes_no_shard()
    {
        _workers.Active = [_workers.Silos[0]];
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Hashes = [7];

        _workers.Active = _workers.Silos;
        await RunUntilNoticeAsync(0);

        Assert.Empty(_workers.Workers[1].Steps);
        Assert.Contains("127.0.0.1:2 (process 1) cannot participate", Assert.Single(_executor.Notices), StringComparison.Ordinal);
    }

    /// <summary>A silo that appears prepares while the others go on.</summary>
    private async Task<long> RunUntilNoticeAsync(long step)
    {
        for (; ; step++)
        {
            await _executor.RunStepAsync(step, _nothing, measureNorms: false, Token);
            if (_executor.Notices.Count > 0) return step;
            await Task.Yield();
        }
    }
}
