using DistConv.Core.Threading;
using Xunit;

namespace DistConv.Core.Tests.Threading;

public sealed class ComputePoolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> ThreadCounts => [1, 2, 3, 5, 8];

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void For_everyCountManyTimes_runsEachUnitExactlyOnce(int threads)
    {
        // Thousands of short phases: a helper that misses a wake-up would hang this, one that wakes up twice would run a unit twice.
        using var pool = new ComputePool(threads);
        var work = new Counting(100, threads);
        for (int round = 0; round < 12; round++)
        {
            pool.Run(() =>
            {
                for (int count = 0; count <= 100; count++)
                {
                    work.Reset();
                    pool.For(count, work);
                    for (int unit = 0; unit < 100; unit++) Assert.Equal(unit < count ? 1 : 0, work.Runs[unit]);
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void For_unitsOfDifferentLength_waitsForTheLast(int threads)
    {
        using var pool = new ComputePool(threads);
        var work = new Delegated((unit, _) => Thread.SpinWait(unit % 7 == 0 ? 20_000 : 10));
        int done = 0;
        pool.Run(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                pool.For(30, work);
                done += 30;
                Assert.Equal(done, work.Finished);
            }
        });
    }

    [Fact]
    public void For_helperFallingAsleep_wakesIt()
    {
        // Two units that need each other can end only on two threads at once. The pauses sweep over the time after which a helper goes to sleep, so
        // that some phase begins in the middle of that.
        const int Rounds = 3_000;
        using var pool = new ComputePool(2);
        int arrived = 0;
        var work = new Delegated((_, _) =>
        {
            int phase = (Interlocked.Increment(ref arrived) - 1) / 2;
            var spinner = default(SpinWait);
            while (Volatile.Read(ref arrived) < 2 * (phase + 1)) spinner.SpinOnce(sleep1Threshold: -1);
        });
        pool.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                Thread.SpinWait(round * 7 % 12_000);
                pool.For(2, work);
            }
        });
        Assert.Equal(2 * Rounds, work.Finished);
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void For_unitThrows_throwsItAndGoesOnWorking(int threads)
    {
        using var pool = new ComputePool(threads);
        var failing = new Delegated((unit, _) =>
        {
            if (unit == 13) throw new InvalidOperationException("unit 13");
        });
        var work = new Counting(100, threads);
        for (int round = 0; round < 20; round++)
        {
            Exception e = Assert.Throws<InvalidOperationException>(() => pool.Run(() => pool.For(50, failing)));
            Assert.Equal("unit 13", e.Message);
            work.Reset();
            pool.Run(() => pool.For(100, work));
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void For_everyUnitThrows_throwsOneOfThem()
    {
        using var pool = new ComputePool(3);
        var failing = new Delegated((unit, _) => throw new InvalidOperationException($"unit {unit}"));
        for (int round = 0; round < 20; round++)
            Assert.StartsWith("unit ", Assert.Throws<InvalidOperationException>(() => pool.Run(() => pool.For(50, failing))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_jobThrows_throwsItAndGoesOnWorking()
    {
        using var pool = new ComputePool(2);
        Assert.Throws<FormatException>(() => pool.Run(() => throw new FormatException()));
        await Assert.ThrowsAsync<FormatException>(() => pool.RunAsync(() => throw new FormatException()));
        bool ran = false;
        pool.Run(() => ran = true);
        Assert.True(ran);
    }

    [Fact]
    public async Task Run_fromSeveralThreads_runsOneJobAtATimeOnOneThread()
    {
        using var pool = new ComputePool(3);
        int inside = 0, jobs = 0;
        var driver = new HashSet<int>();
        void Job()
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            driver.Add(Environment.CurrentManagedThreadId);
            var work = new Counting(20, 3);
            pool.For(20, work);
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
            jobs++;
            Interlocked.Decrement(ref inside);
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            async () =>
            {
                for (int round = 0; round < 50; round++)
                {
                    if (i % 2 == 0) pool.Run(Job);
                    else await pool.RunAsync(Job);
                }
            },
            Token)));
        Assert.Equal(300, jobs);
        Assert.Single(driver);
    }

    [Fact]
    public async Task RunAsync_manyJobs_runsThemInOrder()
    {
        using var pool = new ComputePool(2);
        var order = new List<int>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => pool.RunAsync(() => order.Add(i))));
        Assert.Equal([.. Enumerable.Range(0, 100)], order);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Constructor_threadsOutOfRange_saysWhatWouldBeRight(int threads)
    {
        Assert.Equal($"threads is {threads}; give 1 to 1024", Assert.Throws<InvalidInputException>(() => new ComputePool(threads)).Message);
    }

    private sealed class Counting(int units, int threads) : IParallelWork
    {
        public int[] Runs { get; } = new int[units];

        public void Reset() => Array.Clear(Runs);

        public void Run(int unit, int thread)
        {
            Assert.InRange(thread, 0, threads - 1);
            Interlocked.Increment(ref Runs[unit]);
        }
    }
}
