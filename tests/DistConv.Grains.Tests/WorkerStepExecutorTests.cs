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
    private readonly FakeWorkers _workers = new();
    private readonly WorkerStepExecutor _executor;

    public WorkerStepExecutorTests() => _executor = _workers.Coordinate(_job);

    private static readonly RunProgress _nothing = new(default, []);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task RunStepAsync_addsTheLosses_andCommitsWithTheNextStep()
    {
        await _executor.RestoreAsync(null, Token);
        StepOutcome first = await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.Equal(new StepTotals(20, 6, 12), first.Totals);
        Assert.Equal(20, first.Coverage.Count);
        Assert.All(_workers.Workers, worker =>
        {
            Assert.Equal([(3L, 0L), (3L, 1L)], worker.Steps.Select(request => (request.Fence, request.Step)));
            Assert.Null(worker.Steps[0].Commit);
            CommitMessage commit = worker.Steps[1].Commit!;
            Assert.Equal((0L, first.Totals, _workers.Silos[0]), (commit.Step, commit.Totals, commit.Holder));
        });
    }

    [Fact]
    public async Task RunStepAsync_tellsThePlanOnce_andASiloThatComputesAloneOfNone()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.All(_workers.Workers, worker =>
        {
            Assert.Equal(_workers.Silos, worker.Steps[0].Plan!.Silos);
            Assert.Null(worker.Steps[1].Plan);
            Assert.All(worker.Steps, request => Assert.True(request.IsExchanged));
        });
        _workers.Workers[1].Hangs = true;
        _workers.LoseSecond();
        await _executor.RunStepAsync(2, _nothing, measureNorms: false, Token);
        await _executor.RunStepAsync(3, _nothing, measureNorms: false, Token);

        Assert.Equal((false, null), (_workers.Workers[0].Steps[^1].IsExchanged, _workers.Workers[0].Steps[^1].Plan));
    }

    [Fact]
    public async Task RestoreAsync_severalSilos_areToldTheGradientsThatTheyExchange()
    {
        await _executor.RestoreAsync(null, Token);

        Assert.Equal([3, 3], _workers.Workers.Select(worker => Assert.Single(worker.Prepared).GradientBlocks));
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
    public async Task RunStepAsync_countsTheBytesThatAllSilosSent()
    {
        await _executor.RestoreAsync(null, Token);

        StepOutcome first = await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);

        Assert.Equal(200, first.Timing.ExchangedBytes);
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
    public async Task EvaluateAsync_applies_what_is_pending_once()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);

        await _executor.EvaluateAsync(Token);
        EvaluationResult result = await _executor.EvaluateAsync(Token);
        await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.All(_workers.Workers, worker => Assert.Equal(0, Assert.Single(worker.Applied).Commit.Step));
        Assert.Equal([(1L, 0, 2), (1L, 0, 2)], _workers.Workers[0].Evaluated.Select(request => (request.Step, request.Share, request.Shares)));
        Assert.Equal(1, _workers.Workers[1].Evaluated[0].Share);
        Assert.Equal(new EvaluationResult(1.5, 0.5, 512), result);
        Assert.Null(_workers.Workers[0].Steps[1].Commit);
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
        Assert.Equal([0L, 0L], _workers.Workers[0].Steps.Skip(1).Select(request => request.Commit!.Step));
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
