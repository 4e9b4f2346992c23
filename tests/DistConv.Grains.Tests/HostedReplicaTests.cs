using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class HostedReplicaTests : IAsyncLifetime
{
    private readonly TinyJob _job = new();
    private readonly ComputePool _pool = new(2);
    private readonly HostedReplica _hosted;

    public HostedReplicaTests() => _hosted = new HostedReplica(
        TinyJob.Id, fence: 3, new Replica(_job.Spec, _job.Source, _pool, KernelSets.Select("scalar")), _pool);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _hosted.DisposeAsync();
        _pool.Dispose();
        _job.Dispose();
    }

    [Fact]
    public async Task Abandon_shards_that_wait_give_up_and_late_ones_are_refused()
    {
        _hosted.Replica.BeginStep(0, [0, 1, 2, 3]);
        Task<StepTotals> waiting = _hosted.ComputeAsync(0, 0);
        Assert.False(waiting.IsCompleted);

        _hosted.Abandon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.ThrowsAny<OperationCanceledException>(() => { _ = _hosted.ComputeAsync(1, 0); });
        await Assert.ThrowsAsync<InvalidOperationException>(() => _hosted.EnterAsync(3));
    }

    [Fact]
    public async Task EnterAsync_second_caller_waits_for_the_first()
    {
        IDisposable first = await _hosted.EnterAsync(3);
        Task<IDisposable> second = _hosted.EnterAsync(3);
        Assert.False(second.IsCompleted);

        first.Dispose();

        (await second.WaitAsync(Token)).Dispose();
    }

    [Fact]
    public async Task DisposeAsync_waits_for_the_call_that_runs_and_refuses_the_next()
    {
        IDisposable running = await _hosted.EnterAsync(3);
        Task disposal = _hosted.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);

        running.Dispose();

        await disposal.WaitAsync(Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _hosted.EnterAsync(3));
    }

    [Fact]
    public async Task EnterAsync_claim_that_is_outbid_while_it_waits_is_refused()
    {
        IDisposable first = await _hosted.EnterAsync(3);
        Task<IDisposable> second = _hosted.EnterAsync(3);

        _hosted.MoveTo(4);
        first.Dispose();

        await Assert.ThrowsAsync<FencedException>(() => second);
        (await _hosted.EnterAsync(4)).Dispose();
    }

    [Theory]
    [InlineData(2, typeof(FencedException))]
    [InlineData(4, typeof(InvalidOperationException))]
    public void EnsureFence_other_claim_is_refused(long claim, Type expected) => Assert.Throws(expected, () => _hosted.EnsureFence(claim));
}
