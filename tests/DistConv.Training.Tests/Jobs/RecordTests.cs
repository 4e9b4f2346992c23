using CsCheck;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

/// <summary>The record of a job, page by page.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadRecord_anySegmentsAndAnyPages_isEachLineOnceInTheOrderOfTheLog() =>
        Gen.Select(Gen.Select(Gen.Bool, Gen.Int[0, 60], Gen.Bool).Array[1, 6], Gen.Int[4_096, 12_000]).Sample(
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
                    if (isTorn) File.AppendAllText(Directory.GetFiles(job.Path, $"log-{fence}-*").MaxBy(path => path)!, """{"step":1,"loss":99,"acc""");
                }

                List<RecordedStep> read = ReadAll(job, default, maxBytes);

                Assert.Equal(model, read.Select(recorded => (recorded.After.Fence, recorded.Entry.Step)));
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
        using StepLogWriter log = job.OpenLog(job.ClaimFence());
        log.Append(0, 1, 0.5, 8, 1, [1], 0.5f);
        log.Flush();
        RecordPage first = job.ReadRecord();
        Assert.Equal(0, Assert.Single(first.Steps).Entry.Step);
        Assert.Equal(first.Next, first.Steps[0].After);
        Assert.Equal((first.Next, 0), Position(job.ReadRecord(first.Next)));

        log.Append(1, double.NaN, 0.5, 8, 1, [2], 0.5f);
        log.Flush();
        File.AppendAllText(Path.Combine(job.Path, "log-1-1.jsonl"), """{"step":2,"loss":""");

        RecordPage second = job.ReadRecord(first.Next);
        Assert.Equal(double.NaN, Assert.Single(second.Steps).Entry.Loss);
        Assert.Equal((second.Next, 0), Position(job.ReadRecord(second.Next))); // The line that is being written.
    }

    [Fact]
    public void ReadRecord_damagedLines_areSkippedAndCounted()
    {
        JobFolder job = NewJob();
        string garbage = new('x', 3 * RecordReader.MinBytes);
        Append(job, job.ClaimFence(), 0, 1);
        File.AppendAllText(Path.Combine(job.Path, "log-1-1.jsonl"), $"{{\"step\":1}}\n{garbage}\n{garbage}"); // The last one is cut short.
        Append(job, job.ClaimFence(), 1, 1);

        RecordPage page = job.ReadRecord(default, RecordReader.MinBytes);
        Assert.Equal((0L, 1), (Assert.Single(page.Steps).Entry.Step, page.DamagedLines));
        page = job.ReadRecord(page.Next, RecordReader.MinBytes);
        Assert.Empty(page.Steps);
        Assert.Equal(1, page.DamagedLines);
        page = job.ReadRecord(page.Next, RecordReader.MinBytes);
        Assert.Equal((1L, 2L, 0), (Assert.Single(page.Steps).Entry.Step, page.Next.Fence, page.DamagedLines));
    }

    [Fact]
    public void ReadRecord_longLog_isReadInPagesOfAtMostSoManyBytes()
    {
        const int maxBytes = 1 << 14;
        JobFolder job = NewJob();
        Append(job, job.ClaimFence(), 0, 1_000);
        RecordCursor at = default;
        int steps = 0, pages = 0;
        for (; job.ReadRecord(at, maxBytes) is { Steps.Count: > 0 } page; at = page.Next, pages++)
        {
            Assert.InRange(page.Next.Offset - at.Offset, 1, maxBytes);
            steps += page.Steps.Count;
        }

        Assert.Equal(1_000, steps);
        Assert.Equal(new FileInfo(Path.Combine(job.Path, "log-1-1.jsonl")).Length, at.Offset);
        Assert.InRange(pages, 5, 20);
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

    private static (RecordCursor Next, int Steps) Position(RecordPage page) => (page.Next, page.Steps.Count);

    private static (RecordCursor After, long Step) Key(RecordedStep recorded) => (recorded.After, recorded.Entry.Step);

    private static List<RecordedStep> ReadAll(JobFolder job, RecordCursor from, int maxBytes)
    {
        List<RecordedStep> steps = [];
        while (job.ReadRecord(from, maxBytes) is var page && page.Next != from)
        {
            Assert.Equal(0, page.DamagedLines);
            steps.AddRange(page.Steps);
            from = page.Next;
        }

        return steps;
    }

    private static void Append(JobFolder job, long fence, long first, int steps)
    {
        using StepLogWriter log = job.OpenLog(fence);
        for (int i = 0; i < steps; i++) log.Append(first + i, 0.5, 0.25, 128, 2, [1, 2, 3, 4], 0.01f);
    }

    private JobFolder NewJob() => new JobStore(_folder.Root).Create($"job-{Guid.NewGuid():N}", SnapshotSamples.Spec);
}
