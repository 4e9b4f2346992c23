using DistConv.Core;
using DistConv.Shared.Tests;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

public sealed class FullDiskTests : IDisposable
{
    private readonly SmallDisk _disk = SmallDisk.Mount();

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData(1, 6)]
    [InlineData(3, 5)]
    [InlineData(1000, 2)]
    [InlineData(1000, 12)]
    public async Task RunAsync_diskFillsUp_failsInOneLineAndGoesOnWhenThereIsSpace(int snapshotEverySteps, long fullFrom)
    {
        JobFolder job = Job();

        JobStatus status = await LoopRuns.RunAsync(
            job, new RunOptions(SnapshotEverySteps: snapshotEverySteps), (_, trainer) => new FillingTrainer(trainer, _disk, fullFrom));

        Assert.Equal(JobState.Failed, status.State);
        Assert.Contains(
            $" cannot be written to '{job.Path}' (disk '{_disk.Root}', 0 KiB free): No space left on device", status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', status.Message!);
        AssertWhole(job);
        Assert.True(job.LatestVerified(out IReadOnlyList<string> warnings)!.Snapshot.Step <= fullFrom);
        Assert.Empty(warnings);
        Assert.False(job.IsRunning);

        _disk.Free();
        status = await LoopRuns.RunAsync(job, new RunOptions(SnapshotEverySteps: 10));

        Assert.Equal(JobState.Done, status.State);
        Assert.Empty(status.Warnings);
        AssertWhole(job);
        using var elsewhere = new TemporaryFolder();
        JobFolder quiet = new JobStore(elsewhere.Root).Create("quiet", job.Spec);
        Assert.Equal((await LoopRuns.RunAsync(quiet, new RunOptions())).WeightsDigest, status.WeightsDigest);
        Assert.Equal(LoopRuns.Log(quiet), LoopRuns.Log(job));
    }

    [Fact]
    public async Task RunAsync_diskIsFullFromTheStart_saysSoAndLeavesTheJobFree()
    {
        JobFolder job = Job();
        _disk.Fill();

        InvalidInputException error = await Assert.ThrowsAsync<InvalidInputException>(() => LoopRuns.RunAsync(job, new RunOptions()));

        Assert.Contains($"cannot be written to '{job.Path}'", error.Message, StringComparison.Ordinal);
        Assert.Empty(job.Snapshots());
        Assert.False(job.IsRunning);
        _disk.Free();
        Assert.Equal(JobState.Done, (await LoopRuns.RunAsync(job, new RunOptions())).State);
    }

    [Fact]
    public void WriteStatus_diskIsFull_keepsTheStatusBefore()
    {
        JobFolder job = Job();
        long fence = job.ClaimFence();
        job.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 3, UpdatedAt = DateTimeOffset.UnixEpoch }, fence);
        _disk.Fill();

        var error = Assert.Throws<IOException>(() =>
            job.WriteStatus(new JobStatusRecord { State = JobState.Running, Step = 4, UpdatedAt = DateTimeOffset.UnixEpoch }, fence));

        Assert.StartsWith($"the job's status cannot be written to '{job.Path}' (disk '{_disk.Root}', 0 KiB free): ", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, job.ReadStatus()!.Step);
        AssertWhole(job);
    }

    [Fact]
    public void Flush_diskIsFull_leavesWholeRowsAndWritesTheRestLater()
    {
        JobFolder job = Job();
        using (RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 1))
        {
            record.AppendSteps(0, 10);
            record.Flush();
            record.AppendSteps(10, 100); // More than what is left of the last page.
            _disk.Fill();
            for (int attempt = 0; attempt < 2; attempt++)
            {
                var error = Assert.Throws<IOException>(() => record.Flush());
                Assert.StartsWith($"the job's record cannot be written to '{job.Path}' (disk '{_disk.Root}', ", error.Message, StringComparison.Ordinal);
                Assert.Equal(10, LoopRuns.Log(job).Count());
                long length = new FileInfo(Assert.Single(Directory.GetFiles(job.Path, "record-*"))).Length;
                Assert.Equal(RowLayout.HeadBytes + (10 * RowLayout.RowBytes(layers: 1)), length);
            }

            _disk.Free();
            record.Flush(durable: true);
            record.AppendSteps(100, 103);
        }

        Assert.Equal(Enumerable.Range(0, 103), job.ReadRecordTable().Steps.Select(entry => (int)entry.Step));
        Assert.Equal(0, job.ReadRecordTable().DamagedRows);
    }

    /// <summary>Every file is complete, and nothing half-written lies around.</summary>
    private static void AssertWhole(JobFolder job)
    {
        Assert.Empty(Directory.GetFiles(job.Path, "*.tmp", SearchOption.AllDirectories));
        Assert.All(Directory.GetFiles(job.Path, "*.dcs", SearchOption.AllDirectories), path => SnapshotFile.Verify(path));
        Assert.All(job.Snapshots(), head => Assert.True(File.Exists(head.Path)));
        Assert.All(Directory.GetFiles(job.Path, "head-*"), path => Assert.NotEmpty(File.ReadAllBytes(path)));
        Assert.NotNull(job.ReadStatus());
    }

    private JobFolder Job() => new JobStore(Path.Combine(_disk.Root, "store")).Create("job", TinyJobs.Spec());

    private sealed class FillingTrainer(LocalTrainer trainer, SmallDisk disk, long from) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long step, RunProgress progress, bool measureNorms, CancellationToken cancellationToken)
        {
            if (step == from) disk.Fill();
            return base.RunStepAsync(step, progress, measureNorms, cancellationToken);
        }
    }
}
