using CsCheck;
using DistConv.Shared.Tests;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

public sealed class RecordWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadRecordTable_anySegments_isTheModel() =>
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

                    using (RecordWriter record = job.OpenRecord(fence, layers: 1))
                    {
                        foreach (long step in steps)
                        {
                            record.AppendStep(step, ++loss);
                            model[step] = loss;
                        }
                    }

                    if (torn)
                    {
                        File.AppendAllText(Directory.GetFiles(job.Path, $"record-{fence}-*").MaxBy(path => path)!, "part of a row");
                    }
                }

                RecordTable table = job.ReadRecordTable();
                Assert.Equal(model.Select(pair => (pair.Key, pair.Value)), table.Steps.Select(entry => (entry.Step, entry.Loss)));
                Assert.Equal(0, table.DamagedRows);
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void ReadRecordTable_moreThanNineFencesAndSegments_ordersThemAsNumbers()
    {
        JobFolder job = NewJob();
        for (int i = 1; i <= 11; i++)
        {
            long fence = job.ClaimFence();
            for (int segment = 1; segment <= 11; segment++)
            {
                using RecordWriter record = job.OpenRecord(fence, layers: 1);
                record.AppendStep(1, (100 * i) + segment);
            }
        }

        Assert.Equal(1111, Assert.Single(job.ReadRecordTable().Steps).Loss);
    }

    [Fact]
    public void Append_aSecondHasPassed_writesWhatIsCollected()
    {
        ManualTime time = new();
        JobFolder job = new JobStore(_folder.Root, time).Create("job", SnapshotSamples.Spec);
        using RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1);
        record.AppendStep(1, 1);
        Assert.Empty(job.ReadRecordTable().Steps);

        time.Advance(TimeSpan.FromSeconds(1));
        record.AppendStep(2, 1);

        Assert.Equal(2, job.ReadRecordTable().Steps.Count);
    }

    [Fact]
    public void Append_afterWarmUp_allocatesNothing()
    {
        JobFolder job = new JobStore(_folder.Root, new ManualTime()).Create("job", SnapshotSamples.Spec);
        using RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1);
        record.AppendSteps(1, 3);
        long before = GC.GetAllocatedBytesForCurrentThread();

        record.AppendSteps(3, 100);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void FollowRecord_growingSegments_eachEntryOnceAndInOrder()
    {
        const int steps = 5000; // Several pages.
        JobFolder job = NewJob();
        RecordFollower follower = job.FollowRecord();
        Assert.Empty(follower.ReadNew());
        using (RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1))
        {
            record.AppendSteps(0, steps);
            record.Flush();
            Assert.Equal(Enumerable.Range(0, steps).Select(step => (double)step), follower.ReadNew().Select(entry => entry.Step!.Loss));
            record.AppendStep(steps, double.NaN);
        }

        using (RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1)) record.AppendStep(7, 1);
        Assert.Equal([((long)steps, 1L), (7, 2)], follower.ReadNew().Select(entry => (entry.Step!.Step, entry.After.Fence)));
        Assert.Empty(follower.ReadNew());
    }

    [Fact]
    public void LastRecordedStep_severalSegments_isTheLastOfTheNewestWithSteps()
    {
        JobFolder job = NewJob();
        Assert.Null(job.LastRecordedStep());
        using (RecordWriter first = job.OpenRecord(job.ClaimFence(), layers: 1)) first.AppendSteps(0, 5000); // Longer than what is read of it.
        Assert.Equal(4999, job.LastRecordedStep());
        long fence = job.ClaimFence();
        using (RecordWriter second = job.OpenRecord(fence, layers: 1)) second.AppendSteps(300, 310);
        File.AppendAllText(Directory.GetFiles(job.Path, $"record-{fence}-*").Single(), "part of a row");
        using (RecordWriter third = job.OpenRecord(job.ClaimFence(), layers: 1))
        {
            third.Append(new JobEvent(310, DateTimeOffset.UnixEpoch, JobEventKind.Takeover, "a long line " + new string('x', 500)));
            third.Flush();
            Assert.Equal(309, job.LastRecordedStep());
            third.AppendStep(310, 1);
        }

        Assert.Equal(310, job.LastRecordedStep());
    }

    private JobFolder NewJob() => new JobStore(_folder.Root).Create($"job-{Guid.NewGuid():N}", SnapshotSamples.Spec);
}
