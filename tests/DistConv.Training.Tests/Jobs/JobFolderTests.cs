using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Shared.Tests;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

public sealed class JobFolderTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly JobStore _store;
    private readonly JobFolder _job;

    public JobFolderTests()
    {
        _store = new JobStore(_folder.Root);
        _job = _store.Create("job-1", SnapshotSamples.Spec);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ClaimFence_twoFoldersRacing_eachFenceIsClaimedOnce()
    {
        JobFolder[] folders = [_job, new JobStore(_folder.Root).Open("job-1")];
        ConcurrentBag<long> fences = [];

        JobStoreTests.OnThreads(6, i =>
        {
            long last = 0;
            for (int n = 0; n < 20; n++)
            {
                long fence = folders[i % 2].ClaimFence();
                Assert.True(fence > last);
                last = fence;
                fences.Add(fence);
            }
        });

        Assert.Equal(Enumerable.Range(1, 120).Select(i => (long)i), fences.Order());
        Assert.Equal(120, _job.HighestFence());
    }

    [Fact]
    public void Writes_afterAHigherClaim_throwFenced()
    {
        long old = _job.ClaimFence();
        JobFolder ofTheOld = new JobStore(_folder.Root, new ManualTime()).Open("job-1"); // By this clock the row stays in memory until Flush.
        using RecordWriter record = ofTheOld.OpenRecord(old, layers: 1);
        record.AppendStep(1, 1);
        _job.WriteStatus(Status(JobState.Running), old);

        long current = _store.Open("job-1").ClaimFence();

        Assert.Equal(old, Assert.Throws<FencedException>(() => _job.EnsureFence(old)).Fence);
        Assert.Throws<FencedException>(() => _job.WriteStatus(Status(JobState.Done), old));
        Assert.Throws<FencedException>(() => _job.WriteSnapshot(SnapshotSamples.Create(), old));
        Assert.Throws<FencedException>(() => _job.WriteOrigin(new JobOrigin("x"), old));
        Assert.Throws<FencedException>(() => _job.OpenRecord(old, layers: 1));
        Assert.Throws<FencedException>(() => record.Flush());
        Assert.Empty(_job.Snapshots());
        Assert.Equal(JobState.Running, _job.ReadStatus()!.State);
        _job.EnsureFence(current);
    }

    [Fact]
    public void ReadStatus_manyWritten_isTheHighestFencesLastAndThreeStay()
    {
        Assert.Null(_job.ReadStatus());
        long first = _job.ClaimFence();
        for (int step = 1; step <= 12; step++)
        {
            _job.WriteStatus(Status(JobState.Running, step), first);
        }

        Assert.Equal(12, _job.ReadStatus()!.Step);
        long second = _job.ClaimFence();
        JobStatusRecord failed = Status(JobState.Failed, 3) with
        {
            Message = "the loss is not finite",
            LastEpoch =
            new EpochMetrics(2, 3, double.NaN, 0, 1, 0.5, 1, 9, "ab", double.NaN, 0.25)
        };
        _job.WriteStatus(failed, second);

        Assert.Equivalent(failed, _job.ReadStatus(), strict: true);
        Assert.Equal(["status-1-11.json", "status-1-12.json", "status-2-1.json"], Names("status-*"));
    }

    [Fact]
    public void ReadStatus_lastOneDamaged_isTheOneBefore()
    {
        long fence = _job.ClaimFence();
        _job.WriteStatus(Status(JobState.Running, 1), fence);
        _job.WriteStatus(Status(JobState.Running, 2), fence);
        File.WriteAllText(Path.Combine(_job.Path, "status-1-2.json"), "{ \"state\": \"run");

        Assert.Equal(1, _job.ReadStatus()!.Step);
    }

    [Fact]
    public void TryAcquireLock_heldByAnother_isNullUntilReleased()
    {
        JobFolder other = _store.Open("job-1");
        Assert.False(other.IsRunning);

        using (JobLock? held = _job.TryAcquireLock())
        {
            Assert.NotNull(held);
            Assert.True(other.IsRunning);
            Assert.Null(other.TryAcquireLock());
        }

        Assert.False(other.IsRunning);
        using JobLock? next = other.TryAcquireLock();
        Assert.NotNull(next);
    }

    [Fact]
    public void Summary_runningWithoutALock_isInterrupted()
    {
        Assert.Equal(new JobSummary("job-1", JobState.Queued, "tiny", "digits", 0, 50, 0, null, null), _job.Summary());
        _job.WriteStatus(Status(JobState.Running, 12) with { LastEpoch = new EpochMetrics(1, 11, 0.1, 0.9, 0.2, 0.8, 1, 1003, "ab") }, _job.ClaimFence());

        Assert.Equal(new JobSummary("job-1", JobState.Interrupted, "tiny", "digits", 12, 50, 1, 0.8, _now), _job.Summary());
        using JobLock? held = _job.TryAcquireLock();
        Assert.Equal(JobState.Running, _job.Summary().State);
    }

    [Fact]
    public void WriteLabels_severalTimes_theLastCountsAndFewFilesStay()
    {
        Assert.Equal(JobLabels.None, _job.Summary().Labels);
        for (int i = 1; i <= 5; i++) _job.WriteLabels(new JobLabels { Tags = ["a", $"run-{i}", "a"], Note = $" note {i}\r\nsecond line " });
        Assert.Equal(new JobLabels { Tags = ["a", "run-5"], Note = "note 5\nsecond line" }, _store.Open("job-1").Summary().Labels);
        Assert.Equal(3, Directory.GetFiles(_job.Path, "labels-*").Length);
    }

    [Fact]
    public async Task WriteLabels_manyAtOnce_oneOfThemCountsAndNoneFails()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => Task.Run(() => _job.WriteLabels(new JobLabels { Tags = [$"t{i}"] }), TestContext.Current.CancellationToken)));
        Assert.Single(_job.ReadLabels().Tags);
    }

    [Theory]
    [InlineData("two words", "", "tags is 'two words'; a tag has 1 to 32 letters, digits, '_', '-', '.' or ':', and begins with a letter or a digit")]
    [InlineData("", "", "tags is ''; a tag has 1 to 32 letters, digits, '_', '-', '.' or ':', and begins with a letter or a digit")]
    [InlineData("ok", "a\u0007", "note is a text with control characters; give plain text")]
    public void WriteLabels_thatCannotBeStored_isRefusedAndNothingIsWritten(string tag, string note, string expected)
    {
        JobLabels labels = new() { Tags = [tag], Note = note };
        Assert.Equal(expected, Assert.Throws<InvalidInputException>(() => _job.WriteLabels(labels)).Message);
        Assert.Empty(Directory.GetFiles(_job.Path, "labels-*"));
    }

    [Fact]
    public void WriteLabels_tooMuch_namesAllProblems()
    {
        JobLabels labels = new() { Tags = [.. Enumerable.Range(0, 21).Select(i => $"t{i}"), "?"], Note = new string('x', 2_001) };
        IReadOnlyList<SettingProblem> problems = Assert.Throws<InvalidInputException>(() => _job.WriteLabels(labels)).Problems;
        Assert.Equal(["tags", "tags", "note"], problems.Select(problem => problem.Setting));
    }

    [Fact]
    public void Summaries_twoJobs_lastWrittenFirst()
    {
        JobFolder later = _store.Create("a-later", SnapshotSamples.Spec);
        _job.WriteStatus(Status(JobState.Done), _job.ClaimFence());
        later.WriteStatus(Status(JobState.Stopped) with { UpdatedAt = _now.AddMinutes(1) }, later.ClaimFence());
        _store.Create("queued", SnapshotSamples.Spec);

        Assert.Equal(["a-later", "job-1", "queued"], _store.Summaries(out IReadOnlyList<string> warnings).Select(summary => summary.Id));
        Assert.Empty(warnings);
    }

    [Fact]
    public void ReadOrigin_severalFences_isTheHighest()
    {
        Assert.Null(_job.ReadOrigin());
        long first = _job.ClaimFence();
        _job.WriteOrigin(new JobOrigin("/data/mnist"), first);
        _job.WriteOrigin(new JobOrigin("ignored"), first);
        Assert.Equal(new JobOrigin("/data/mnist"), _job.ReadOrigin());

        _job.WriteOrigin(new JobOrigin(null), _job.ClaimFence());

        Assert.Equal(new JobOrigin(null), _job.ReadOrigin());
    }

    private static JobStatusRecord Status(JobState state, long step = 1) => new() { State = state, Step = step, UpdatedAt = _now };

    private IEnumerable<string?> Names(string pattern) => Directory.GetFiles(_job.Path, pattern).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
