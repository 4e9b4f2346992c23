using System.Collections.Concurrent;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Snapshots;

public sealed class SnapshotWriterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FlushAsync_afterEnqueue_everythingIsWrittenInOrder()
    {
        ConcurrentQueue<long> steps = new();
        await using SnapshotWriter writer = new(snapshot => steps.Enqueue(snapshot.Step));

        for (int step = 1; step <= 5; step++)
        {
            Assert.True(writer.TryEnqueue(SnapshotSamples.Create(step)));
            await writer.FlushAsync(Cancelled);
        }

        Assert.Equal([1L, 2, 3, 4, 5], steps);
    }

    [Fact]
    public async Task TryEnqueue_diskIsBehind_refusesInsteadOfWaiting()
    {
        using SemaphoreSlim started = new(0);
        using SemaphoreSlim proceed = new(0);
        await using SnapshotWriter writer = new(_ =>
        {
            started.Release();
            proceed.Wait();
        });

        Assert.True(writer.TryEnqueue(SnapshotSamples.Create(1)));
        await started.WaitAsync(Cancelled);
        Assert.True(writer.TryEnqueue(SnapshotSamples.Create(2)));
        Assert.False(writer.TryEnqueue(SnapshotSamples.Create(3)));
        Task flush = writer.FlushAsync(Cancelled);
        Assert.False(flush.IsCompleted);
        proceed.Release(2);
        await flush;

        proceed.Release();
        Assert.True(writer.TryEnqueue(SnapshotSamples.Create(4)));
    }

    [Fact]
    public async Task FlushAsync_writeFailed_throwsOnceAndGoesOn()
    {
        List<long> steps = [];
        await using SnapshotWriter writer = new(snapshot =>
        {
            if (snapshot.Step == 1)
            {
                throw new IOException("disk full");
            }

            steps.Add(snapshot.Step);
        });

        writer.TryEnqueue(SnapshotSamples.Create(1));

        Assert.Equal("disk full", (await Assert.ThrowsAsync<IOException>(() => writer.FlushAsync(Cancelled))).Message);
        Assert.True(writer.TryEnqueue(SnapshotSamples.Create(2)));
        await writer.FlushAsync(Cancelled);
        Assert.Equal([2L], steps);
    }

    [Fact]
    public async Task DisposeAsync_errorNobodySaw_throws()
    {
        SnapshotWriter writer = new(_ => throw new IOException("disk full"));
        writer.TryEnqueue(SnapshotSamples.Create(1));

        await Assert.ThrowsAsync<IOException>(async () => await writer.DisposeAsync());

        Assert.Throws<ObjectDisposedException>(() => writer.TryEnqueue(SnapshotSamples.Create(2)));
    }

    [Fact]
    public async Task DisposeAsync_snapshotsWaiting_writesThem()
    {
        int written = 0;
        SnapshotWriter writer = new(_ => written++, capacity: 2);
        writer.TryEnqueue(SnapshotSamples.Create(1));
        writer.TryEnqueue(SnapshotSamples.Create(2));

        await writer.DisposeAsync();

        Assert.Equal(2, written);
    }
}
