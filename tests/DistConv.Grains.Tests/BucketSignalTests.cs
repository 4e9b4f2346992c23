using DistConv.Grains.Workers;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class BucketSignalTests
{
    private readonly BucketSignal _signal = new();

    [Fact]
    public async Task ReadyAsync_beforeDuringAndAfterAnAttempt_completesWithItsBucket()
    {
        Task early = _signal.ReadyAsync(1);
        using (_signal.Begin(1))
        {
            Task during = _signal.ReadyAsync(1);
            Assert.False(early.IsCompleted || during.IsCompleted);
            _signal.Complete();
            await early;
            await during;
        }

        await _signal.ReadyAsync(1);
    }

    [Fact]
    public async Task ReadyAsync_attemptThatEndedWithoutABucket_isCancelled()
    {
        Task waiting = _signal.ReadyAsync(1);
        _signal.Begin(1).Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _signal.ReadyAsync(1));
    }

    [Fact]
    public async Task Complete_answers_the_attempt_that_runs_and_not_one_that_is_asked_for_already()
    {
        using IDisposable first = _signal.Begin(1);
        Task second = _signal.ReadyAsync(2);
        _signal.Complete();

        await _signal.ReadyAsync(1);
        Assert.False(second.IsCompleted);
        using (_signal.Begin(2))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _signal.ReadyAsync(1));
            _signal.Complete();
            await second;
        }
    }

    [Fact]
    public async Task Reset_counts_from_the_beginning()
    {
        _signal.Begin(7).Dispose();
        Task waiting = _signal.ReadyAsync(8);
        _signal.Reset();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        using IDisposable first = _signal.Begin(1);
        _signal.Complete();
        await _signal.ReadyAsync(1);
    }
}
