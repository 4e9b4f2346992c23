using System.Collections.Concurrent;
using DistConv.Core.Threading;
using Xunit;

namespace DistConv.Core.Tests.Threading;

/// <summary>The end of a pool: every test here would hang if a thread or somebody who waits were forgotten.</summary>
public sealed class ComputePoolDisposeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Dispose_afterWork_endsAllThreads(int threads)
    {
        ConcurrentDictionary<Thread, bool> seen = [];
        using var meeting = new Barrier(threads);
        var pool = new ComputePool(threads);
        pool.Run(() => pool.For(threads, new Delegated((_, _) =>
        {
            seen[Thread.CurrentThread] = true;
            meeting.SignalAndWait(Token);
        })));
        pool.Dispose();
        Assert.Equal(threads, seen.Count);
        Assert.All(seen.Keys, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void Dispose_withoutWorkAndTwice_returns()
    {
        var pool = new ComputePool(4);
        pool.Dispose();
        pool.Dispose();
    }

    [Fact]
    public async Task Run_afterDispose_throws()
    {
        var pool = new ComputePool(2);
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(() => { }));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.RunAsync(() => { }));
    }

    [Fact]
    public async Task Dispose_whileAJobRuns_letsItFinishWithItsHelpers()
    {
        var pool = new ComputePool(3);
        using var started = new ManualResetEventSlim();
        using var disposing = new ManualResetEventSlim();
        var work = new Delegated((_, _) => Thread.SpinWait(100));
        Task job = pool.RunAsync(() =>
        {
            started.Set();
            disposing.Wait(Token);
            for (int i = 0; i < 1000; i++) pool.For(30, work);
        });
        started.Wait(Token);
        Task end = Task.Run(pool.Dispose, Token);

        // The pool takes no more jobs as soon as Dispose has begun: only then may the job go on.
        var refused = new List<Task>();
        while (refused.Count == 0 || !refused[^1].IsFaulted) refused.Add(TryQueue(pool));
        disposing.Set();
        await job;
        await end;
        Assert.Equal(30_000, work.Finished);
        foreach (Task task in refused) await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
    }

    [Fact]
    public async Task Dispose_withQueuedJobs_failsThemForThoseWhoWait()
    {
        var pool = new ComputePool(2);
        using var started = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Task first = pool.RunAsync(() =>
        {
            started.Set();
            release.Wait(Token);
        });
        started.Wait(Token);
        bool ran = false;
        Task queued = pool.RunAsync(() => ran = true);
        Task waiting = Task.Run(() => pool.Run(() => ran = true), Token);
        Task end = Task.Run(pool.Dispose, Token);
        while (!TryQueue(pool).IsFaulted) await Task.Yield();
        release.Set();
        await end;
        await first;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.False(ran);
    }

    [Fact]
    public void Dispose_fromWithinAJob_returnsAndTheJobFinishes()
    {
        var pool = new ComputePool(3);
        var work = new Delegated((_, _) => { });
        Thread? driver = null;
        pool.Run(() =>
        {
            driver = Thread.CurrentThread;
            pool.Dispose();
            pool.For(30, work);
        });
        Assert.Equal(30, work.Finished);
        driver!.Join();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(() => { }));
    }

    private static Task TryQueue(ComputePool pool)
    {
        try
        {
            return pool.RunAsync(() => { });
        }
        catch (ObjectDisposedException e)
        {
            return Task.FromException(e);
        }
    }
}
