using CsCheck;
using DistConv.Core;
using DistConv.Shared.Tests;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

/// <summary>The record of a job, page by page.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadRecord_anySegmentsAndAnyPages_isEachEntryOnceInTheOrderOfTheRecord() =>
        Gen.Select(Gen.Select(Gen.Bool, Gen.Int[0, 900], Gen.Bool).Array[1, 6], Gen.Int[RecordReader.MinBytes, 2 * RecordReader.MinBytes]).Sample(
            (segments, maxBytes) =>
            {
                JobFolder job = NewJob();
                List<(long Fence, long Step)> model = [];
                long fence = job.ClaimFence(), step = 0;
                foreach ((bool claims, int steps, bool isTorn) in segments)
                {
                    if (claims) fence = job.ClaimFence();
                    Append(job, fence, step, steps);
                    for (int i = 0; i < steps; i++) model.Add((fence, step + i));
                    step += steps / 2; // A resumed job repeats steps.
                    if (isTorn) File.AppendAllText(Directory.GetFiles(job.Path, $"record-{fence}-*").MaxBy(path => path)!, "part of a row");
                }

                List<RecordEntry> read = ReadAll(job, default, maxBytes);

                Assert.Equal(model, read.Select(recorded => (recorded.After.Fence, recorded.Step!.Step)));
                foreach (int from in new[] { 0, read.Count / 2, read.Count - 1 }.Where(index => index >= 0 && index < read.Count))
                    Assert.Equal(read.Skip(from + 1).Select(Key), ReadAll(job, read[from].After, maxBytes).Select(Key));
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void ReadRecord_whileAWriterAppends_givesWhatIsCompleteAndGoesOnThere()
    {
        JobFolder job = NewJob();
        Assert.Equal((default, 0), Position(job.ReadRecord()));
        using RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1);
        record.AppendStep(0, 1);
        record.Flush();
        RecordPage first = job.ReadRecord();
        Assert.Equal(0, Assert.Single(first.Entries).Step!.Step);
        Assert.Equal(first.Next, first.Entries[0].After);
        Assert.Equal((first.Next, 0), Position(job.ReadRecord(first.Next)));

        record.AppendStep(1, double.NaN);
        record.Flush();
        File.AppendAllText(Only(job), "part of a row");

        RecordPage second = job.ReadRecord(first.Next);
        Assert.Equal(double.NaN, Assert.Single(second.Entries).Step!.Loss);
        Assert.Equal((second.Next, 0), Position(job.ReadRecord(second.Next))); // The row that is being written.
    }

    [Theory]
    [InlineData(RowLayout.HeadBytes + RowLayout.Loss)]
    [InlineData(RowLayout.HeadBytes + RowLayout.Kind)]
    [InlineData(RowLayout.HeadBytes)]
    public void ReadRecord_damagedRow_isSkippedAndCounted(int at)
    {
        JobFolder job = NewJob();
        Append(job, job.ClaimFence(), 0, 3);
        Damage(Only(job), at);
        Append(job, job.ClaimFence(), 3, 2);

        RecordTable table = job.ReadRecordTable();

        Assert.Equal([1L, 2, 3, 4], table.Steps.Select(step => step.Step));
        Assert.Equal(1, table.DamagedRows);
    }

    [Fact]
    public void ReadRecord_damagedHead_countsAsARowAndTheNextSegmentIsRead()
    {
        JobFolder job = NewJob();
        Append(job, job.ClaimFence(), 0, 3);
        Damage(Only(job), 9);
        Append(job, job.ClaimFence(), 3, 2);

        RecordTable table = job.ReadRecordTable();

        Assert.Equal([3L, 4], table.Steps.Select(step => step.Step));
        Assert.Equal(1, table.DamagedRows);
    }

    [Fact]
    public void ReadRecord_longRecord_isReadInPagesOfAtMostSoManyBytes()
    {
        JobFolder job = NewJob();
        Append(job, job.ClaimFence(), 0, 5_000);
        RecordCursor at = default;
        int steps = 0, pages = 0;
        for (; job.ReadRecord(at, RecordReader.MinBytes) is { Entries.Count: > 0 } page; at = page.Next, pages++)
        {
            Assert.InRange(page.Rows.Length, 1, RecordReader.MinBytes);
            steps += page.Entries.Count;
        }

        Assert.Equal(5_000, steps);
        Assert.Equal(new FileInfo(Only(job)).Length, at.Offset);
        Assert.InRange(pages, 5, 20);
    }

    [Fact]
    public void ReadRecord_stepsWithNormsAndEvents_comeBackAsTheyWere()
    {
        JobFolder job = NewJob();
        DateTimeOffset time = new(2026, 11, 28, 12, 0, 0, 123, 456, TimeSpan.Zero);
        var timing = new StepTiming(1.5, 0.25, 0.125, 2, 1L << 40);
        JobEvent lost = new(8, time, JobEventKind.SiloLost, new string('ß', 300) + " was lost");
        JobEvent evaluated = new(9, time, JobEventKind.Evaluation, "epoch 1", new EpochMetrics(1, 9, 0.5, double.NaN, 1, 0.25, 3, 9, "9:77", null, 0.5));
        using (RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 2))
        {
            record.Append(lost);
            var measures = new StepMeasures(time, 12.5, timing, 3, new[] { 0.5f, 1, 0.25f, 2 });
            record.Append(8, new StepTotals(128, 128 * (0.1 + 0.2), 16), measures, [0xAB, ulong.MaxValue], 0.5f);
            record.Append(evaluated);
        }

        RecordPage page = job.ReadRecord();

        Assert.Equal([lost, evaluated], page.Entries.Select(entry => entry.Event).OfType<JobEvent>());
        StepEntry step = page.Entries[1].Step!;
        Assert.Equal((8L, 0.1 + 0.2, 0.125, 128, 12.5, 0.5f), (step.Step, step.Loss, step.Accuracy, step.Samples, step.Milliseconds, step.LearningRate));
        Assert.Equal((time, timing, 3), (step.Time, step.Timing, step.RetriedShards));
        Assert.Equal([0xABul, ulong.MaxValue], step.LayerHashes);
        Assert.Equal([0.5f, 0.25f], step.Norms!.Gradient);
        Assert.Equal([1f, 2], step.Norms.Weights);
        Assert.Equal(0, page.DamagedRows);
    }

    [Fact]
    public void ReadRecordTable_evaluationsAndSnapshotsThatARunRepeats_areThereOnce()
    {
        JobFolder job = NewJob();
        JobEvent snapshot = new(5, DateTimeOffset.UnixEpoch, JobEventKind.Snapshot, "snapshot of step 5");
        JobEvent joined = new(5, DateTimeOffset.UnixEpoch, JobEventKind.SiloJoined, "silo b joins");
        for (int run = 0; run < 2; run++)
        {
            using RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1);
            record.Append(snapshot);
            record.Append(joined);
        }

        Assert.Equal([snapshot, joined, joined], job.ReadRecordTable().Events);
    }

    [Fact]
    public void ReadRecord_logOfAnEarlierBuild_isReadBeforeTheNewSegments()
    {
        JobFolder job = NewJob();
        string[] lines =
        [
            """{"step":0,"loss":0.30000000000000004,"accuracy":0.5,"samples":8,"ms":1.5,"rate":0.5,"layerHashes":["00000000000000ab"]}""",
            """{"step":1}""",
            """{"step":2,"loss":"NaN","accuracy":1,"samples":8,"ms":1,"layerHashes":["ffffffffffffffff"]}""",
            """{"step":3,"lo""",
        ];
        File.WriteAllText(Path.Combine(job.Path, $"log-{job.ClaimFence()}-1.jsonl"), string.Join('\n', lines));
        Append(job, job.ClaimFence(), 2, 2);

        RecordTable table = job.ReadRecordTable();

        Assert.Equal([(0L, 0.1 + 0.2), (2, 2), (3, 3)], table.Steps.Select(step => (step.Step, step.Loss)));
        Assert.Equal((0.5f, 0xABul, null), (table.Steps[0].LearningRate, table.Steps[0].LayerHashes[0], table.Steps[0].Time));
        Assert.Equal(1, table.DamagedRows);
        RecordPage legacy = job.ReadRecord();
        Assert.Equal((2, null), (legacy.Entries.Count, legacy.Entries[1].Step!.LearningRate));
        Assert.Equal(2, job.ReadRecord(legacy.Entries[1].After).Next.Fence);
    }

    [Theory]
    [InlineData("0-0-1")]
    [InlineData("0-1-0")]
    [InlineData("1-2-0")]
    [InlineData("2-1-0")]
    [InlineData("1-1-1")]
    [InlineData("1-1-100000")]
    [InlineData("9223372036854775807-9223372036854775807-9223372036854775807")]
    public void ReadRecord_cursorThatPointsToNothing_isRefusedInOneLine(string cursor)
    {
        JobFolder job = new JobStore(_folder.Root).Create("job", SnapshotSamples.Spec);
        Append(job, job.ClaimFence(), 0, 3);

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => job.ReadRecord(RecordCursor.Parse(cursor)));

        Assert.Equal($"job 'job' has no position '{cursor}' in its record: use one that a page of it gave, or '0-0-0' for the beginning", e.Message);
        Assert.Throws<InvalidInputException>(() => job.ReadRecord(new RecordCursor(1, 1, -1)));
        Assert.Throws<InvalidInputException>(() => job.ReadRecord(new RecordCursor(-1, long.MinValue, 0)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1-1")]
    [InlineData("1-1-1-1")]
    [InlineData("1-1--1")]
    [InlineData("1-+1-1")]
    [InlineData("1-1- 1")]
    [InlineData("1-1-9223372036854775808")]
    [InlineData("begin")]
    public void Parse_textThatIsNoCursor_isRefused(string? text)
    {
        Assert.False(RecordCursor.TryParse(text, out RecordCursor cursor));
        Assert.Equal(default, cursor);
        Assert.StartsWith($"'{text}' is not a position in a job's record", Assert.Throws<InvalidInputException>(() => RecordCursor.Parse(text!)).Message);
    }

    [Fact]
    public void Parse_whatToStringWrote_isTheSame() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue]).Sample(
        (fence, segment, offset) => RecordCursor.Parse(new RecordCursor(fence, segment, offset).ToString()) == new RecordCursor(fence, segment, offset));

    private static (RecordCursor Next, int Steps) Position(RecordPage page) => (page.Next, page.Entries.Count);

    private static (RecordCursor After, long Step) Key(RecordEntry recorded) => (recorded.After, recorded.Step!.Step);

    private static List<RecordEntry> ReadAll(JobFolder job, RecordCursor from, int maxBytes)
    {
        List<RecordEntry> steps = [];
        while (job.ReadRecord(from, maxBytes) is var page && page.Next != from)
        {
            Assert.Equal(0, page.DamagedRows);
            steps.AddRange(page.Entries);
            from = page.Next;
        }

        return steps;
    }

    private static void Append(JobFolder job, long fence, long first, int steps)
    {
        using RecordWriter record = job.OpenRecord(fence, layers: 1);
        record.AppendSteps(first, first + steps);
    }

    private static string Only(JobFolder job) => Assert.Single(Directory.GetFiles(job.Path, "record-*"));

    private static void Damage(string path, int at)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private JobFolder NewJob() => new JobStore(_folder.Root).Create($"job-{Guid.NewGuid():N}", SnapshotSamples.Spec);
}
