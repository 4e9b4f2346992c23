using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>What the coordinator does with what workers say about the sum of a step.</summary>
public sealed class StepSumTests : IDisposable
{
    private readonly TinyJob _job = new();
    private readonly FakeWorkers _workers = new();
    private readonly WorkerStepExecutor _executor;

    public StepSumTests() => _executor = _workers.Coordinate(_job);

    private static readonly RunProgress _nothing = new(default, []);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task RunStepAsync_sumThatIsNotDelivered_isComputedWithoutTheSiloThatOwesIt()
    {
        await _executor.RestoreAsync(null, Token);
        await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        FakeWorker here = _workers.Workers[0];
        here.Sum = null;
        here.Lacks = new MissingReply([_workers.Silos[1]], []);
        Task<StepOutcome> step = _executor.RunStepAsync(1, _nothing, measureNorms: false, Token).AsTask();
        await SmallCluster.UntilAsync(() => _executor.Notices.Count > 0);
        here.Sum = new SumReply(null, null, 0);
        here.Deliver(1);
        StepOutcome outcome = await step;

        Assert.Equal(new StepTotals(20, 6, 12), outcome.Totals);
        Assert.Equal(
            "step 1: silo 127.0.0.1:2 (process 1) does not deliver its gradients; the other silos take over its 2 shards (2-3)",
            Assert.Single(_executor.Notices));
        Assert.Equal([[0, 1], [0, 1], [2, 3]], here.Steps.Select(request => request.Shards));
        Assert.False(here.Steps[^1].IsExchanged);
    }

    [Fact]
    public async Task RunStepAsync_gradientThatIsNotFinite_isNeverCommitted()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[0].Sum = new SumReply("step 0: the gradient of dense1/kernel is not finite", null, 0);

        NonFiniteGradientException e = await Assert.ThrowsAsync<NonFiniteGradientException>(
            async () => await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token));

        Assert.Equal("step 0: the gradient of dense1/kernel is not finite", e.Message);
        await _executor.EvaluateAsync(Token);
        Assert.All(_workers.Workers, worker => Assert.Empty(worker.Applied));
    }

    [Fact]
    public async Task RunStepAsync_lossThatIsNotFinite_isNeverCommitted()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].LossError = double.NaN;

        await Assert.ThrowsAsync<NonFiniteGradientException>(async () => await _executor.RunStepAsync(0, _nothing, measureNorms: false, Token));
    }

    [Fact]
    public async Task RunStepAsync_gradientsThatDiffer_failTheJob()
    {
        await _executor.RestoreAsync(null, Token);
        _workers.Workers[1].Difference = "step 0: two silos computed different gradients";

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _executor.RunStepAsync(1, _nothing, measureNorms: false, Token));

        Assert.Equal("step 0: two silos computed different gradients", e.Message);
    }
}
