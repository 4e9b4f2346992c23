using CsCheck;
using DistConv.Training.Jobs;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

public sealed class StepLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadLog_awkwardNumbers_comeBack()
    {
        JobFolder job = NewJob();
        using (StepLogWriter log = job.OpenLog(job.ClaimFence()))
        {
            log.Append(1, 0.1 + 0.2, 0.125, 128, 12.5, [0x00AB, ulong.MaxValue], 0.5f);
            log.Append(2, double.NaN, 0, 128, 1e-7, [], 0.5f);
            log.Append(3, double.NegativeInfinity, double.PositiveInfinity, 1, 0, [1], 0.5f);
        }

        StepLogEntry[] entries = [.. job.ReadLog(out IReadOnlyList<string> warnings)];

        Assert.Empty(warnings);
        Assert.Equal([(1L, 0.1 + 0.2, 0.125, 128, 12.5), (2, double.NaN, 0, 128, 1e-7), (3, double.NegativeInfinity, double.PositiveInfinity, 1, 0)],
            entries.Select(entry => (entry.Step, entry.Loss, entry.Accuracy, entry.Samples, entry.Milliseconds)));
        Assert.Equal([0x00AB, ulong.MaxValue], entries[0].LayerHashes);
        Assert.Equal(0.5f, entries[0].LearningRate);
        Assert.StartsWith(
            """{"step":1,"loss":0.30000000000000004,"accuracy":0.125,"samples":128,"ms":12.5,"rate":0.5"""
            + ""","layerHashes":["00000000000000ab","ffffffffffffffff"]}""",
            File.ReadAllText(Path.Combine(job.Path, "log-1-1.jsonl")));
    }

    [Fact]
    public void ReadLog_anySegments_isTheModel() =>
        Gen.Select(Gen.Int[0, 2], Gen.Long[1, 12].Array[0, 8], Gen.Bool).Array[1, 6].Sample(
            segments =>
            {
                JobFolder job = NewJob();
                SortedDictionary<long, double> model = [];
                long fence = job.ClaimFence();
                double loss = 0;
                foreach ((int claims, long[] steps, bool torn) in segments)
                {
                    for (int i = 0; i < claims; i++)
                    {
                        fence = job.ClaimFence();
                    }

                    using (StepLogWriter log = job.OpenLog(fence))
                    {
                        foreach (long step in steps)
                        {
                            log.Append(step, ++loss, 0, 1, 1, [(ulong)step], 0.5f);
                            model[step] = loss;
                        }
                    }

                    if (torn)
                    {
                        File.AppendAllText(Directory.GetFiles(job.Path, $"log-{fence}-*").MaxBy(path => path)!, """{"step":1,"loss":99,"acc""");
                    }
                }

                Assert.Equal(
                    model.Select(pair => (pair.Key, pair.Value)), job.ReadLog(out IReadOnlyList<string> warnings).Select(entry => (entry.Step, entry.Loss)));
                Assert.Empty(warnings);
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void ReadLog_moreThanNineFencesAndSegments_ordersThemAsNumbers()
    {
        JobFolder job = NewJob();
        for (int i = 1; i <= 11; i++)
        {
            long fence = job.ClaimFence();
            for (int segment = 1; segment <= 11; segment++)
            {
                using StepLogWriter log = job.OpenLog(fence);
                log.Append(1, (100 * i) + segment, 0, 1, 1, [], 0.5f);
            }
        }

        Assert.Equal(1111, Assert.Single(job.ReadLog(out _)).Loss);
    }

    [Fact]
    public void ReadLog_ofABuildWithoutRates_hasNone()
    {
        JobFolder job = NewJob();
        File.WriteAllText(Path.Combine(job.Path, "log-1-1.jsonl"), "{\"step\":1,\"loss\":0.5,\"accuracy\":1,\"samples\":8,\"ms\":1,\"layerHashes\":[]}\n");

        Assert.Null(Assert.Single(job.ReadLog(out IReadOnlyList<string> warnings)).LearningRate);
        Assert.Empty(warnings);
    }

    [Fact]
    public void ReadLog_damagedLine_isSkippedWithAWarning()
    {
        JobFolder job = NewJob();
        File.WriteAllText(Path.Combine(job.Path, "log-1-1.jsonl"), "{\"step\":1}\n");
        using (StepLogWriter log = job.OpenLog(1))
        {
            log.Append(2, 1, 0, 1, 1, [], 0.5f);
        }

        Assert.Equal(2, Assert.Single(job.ReadLog(out IReadOnlyList<string> warnings)).Step);
        Assert.EndsWith("log-1-1.jsonl' line 1 is damaged and skipped", Assert.Single(warnings));
    }

    [Fact]
    public void Append_aSecondHasPassed_writesWhatIsCollected()
    {
        ManualTime time = new();
        JobFolder job = new JobStore(_folder.Root, time).Create("job", SnapshotSamples.Spec);
        using StepLogWriter log = job.OpenLog(job.ClaimFence());
        log.Append(1, 1, 0, 1, 1, [], 0.5f);
        Assert.Empty(job.ReadLog(out _));

        time.Seconds++;
        log.Append(2, 1, 0, 1, 1, [], 0.5f);

        Assert.Equal(2, job.ReadLog(out _).Count);
    }

    [Fact]
    public void Append_afterWarmUp_allocatesNothing()
    {
        JobFolder job = new JobStore(_folder.Root, new ManualTime()).Create("job", SnapshotSamples.Spec);
        using StepLogWriter log = job.OpenLog(job.ClaimFence());
        ReadOnlySpan<ulong> hashes = [1, 2, 3];
        log.Append(1, 0.5, 0.5, 128, 1.5, hashes, 0.5f);
        log.Append(2, 0.5, 0.5, 128, 1.5, hashes, 0.5f);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int step = 3; step < 100; step++)
        {
            log.Append(step, 0.5, 0.5, 128, 1.5, hashes, 0.5f);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void FollowLog_growingSegments_eachLineOnceAndInOrder()
    {
        const int steps = 5000; // Several chunks.
        JobFolder job = NewJob();
        StepLogFollower follower = job.FollowLog();
        Assert.Empty(follower.ReadNew());
        using (StepLogWriter log = job.OpenLog(job.ClaimFence()))
        {
            for (long step = 0; step < steps; step++) log.Append(step, step + 0.5, 0.25, 128, 2, [1, 2, 3, 4], 0.01f);
            log.Flush();
            Assert.Equal(Enumerable.Range(0, steps).Select(step => new StepMeasurement(step, step + 0.5, 0.25, 128, 2, 1)), follower.ReadNew());
            log.Append(steps, double.NaN, 0, 1, 1, [], 0.01f);
        }

        using (StepLogWriter log = job.OpenLog(job.ClaimFence())) log.Append(7, 1, 1, 1, 1, [], 0.01f);
        Assert.Equal([((long)steps, 1L), (7, 2)], follower.ReadNew().Select(step => (step.Step, step.Fence)));
        Assert.Empty(follower.ReadNew());
    }

    private JobFolder NewJob() => new JobStore(_folder.Root).Create($"job-{Guid.NewGuid():N}", SnapshotSamples.Spec);

    private sealed class ManualTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
