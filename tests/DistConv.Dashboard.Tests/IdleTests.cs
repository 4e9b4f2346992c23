using DistConv.Dashboard.Live;
using DistConv.Dashboard.Tests.Support;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>What the dashboard costs while nobody looks, and whether it grows while somebody does. Alone in the process: it measures the whole of it.</summary>
[Collection(nameof(IdleTests))]
[CollectionDefinition(nameof(IdleTests), DisableParallelization = true)]
public sealed class IdleTests(TrainedStore trained)
{
    /// <summary>Kestrel itself notes the time once a second.</summary>
    private const long NothingBytes = 8 << 10;

    private static readonly TimeSpan _window = TimeSpan.FromSeconds(1.2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dashboard_whenNobodyLooks_hasNoTimerThreadOrAllocation()
    {
        CountingTime time = new();
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store, options => options.Time = time);
        Assert.Equal(0, time.Timers);
        await dashboard.GetAsync("api/v1/jobs");
        using (EventReader reader = await EventReader.OpenAsync(dashboard, "?jobs=j"))
        {
            await reader.NextAsync();
            Assert.True(await LeastAllocationAsync() > NothingBytes, "watching a job allocates, so this test would see a job that is watched for nobody");
        }

        await time.NoneAsync().WaitAsync(TimeSpan.FromSeconds(30), Stop);
        long timers = time.Created;
        int threads = ThreadPool.ThreadCount;
        long least = await LeastAllocationAsync();
        Assert.True(least <= NothingBytes, $"{least:N0} bytes were allocated for nobody");
        Assert.Equal(timers, time.Created);
        Assert.True(ThreadPool.ThreadCount <= threads, "threads were started for nobody");
    }

    [Fact]
    public void Stream_hourOfUpdates_growsNoMemory()
    {
        LiveStream stream = new(new Dictionary<string, RecordCursor?> { ["j"] = null });
        StepEntry[] steps = [.. Enumerable.Range(0, 12).Select(step => new StepEntry(step, 1, 1, 10, 1, [], 0.1f))];
        long Hear(int updates)
        {
            for (int update = 0; update < updates; update++)
            {
                stream.Send(StepRows.Message("j", steps, default));
                if (update % 2 == 0) continue;
                while (stream.Messages.TryRead(out _)) stream.TakeMissed();
            }

            return GC.GetTotalMemory(forceFullCollection: true);
        }

        long before = Hear(400), after = Hear(4 * 3600);
        Assert.True(after - before < 256 << 10, $"an hour of updates has added {after - before:N0} bytes");
    }

    /// <summary>The least that the process allocates in a window, of a few: work that is done for nobody is in each.</summary>
    private static async Task<long> LeastAllocationAsync()
    {
        long least = long.MaxValue;
        for (int window = 0; window < 4; window++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Delay(_window, Stop); // The period that is measured.
            least = long.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
