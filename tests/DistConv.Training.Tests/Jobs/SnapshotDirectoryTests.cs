using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

public sealed class SnapshotDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobFolder _job;

    public SnapshotDirectoryTests() => _job = new JobStore(_folder.Root).Create("job-1", SnapshotSamples.Spec);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteSnapshot_many_keepsStepZeroTheBestEpochAndTheLastThree()
    {
        long fence = _job.ClaimFence();
        for (int step = 0; step <= 10; step++)
        {
            SnapshotHead head = _job.WriteSnapshot(SnapshotSamples.Create(step), fence);
            Assert.True(File.Exists(head.Path));
        }

        Assert.Equal([0L, 6, 8, 9, 10], _job.Snapshots().Select(head => head.Step));
        Assert.Equal(5, Directory.GetFiles(SnapshotsPath, "step-*").Length);
        Assert.Equal(Enumerable.Range(0, 11), _job.KernelFiles().Select(path => (int)SnapshotFile.ReadHeader(path).Step));
        Assert.Equal(10, _job.LatestVerified(out IReadOnlyList<string> warnings)!.Snapshot.Step);
        Assert.Empty(warnings);
    }

    [Fact]
    public void WriteSnapshot_sameStepTwice_writesOnce()
    {
        long fence = _job.ClaimFence();
        SnapshotHead head = _job.WriteSnapshot(SnapshotSamples.Create(), fence);
        byte[] content = File.ReadAllBytes(head.Path);

        Assert.Equal(head, _job.WriteSnapshot(SnapshotSamples.Create(), fence));

        Assert.Equal(content, File.ReadAllBytes(head.Path));
        Assert.Single(_job.Snapshots());
    }

    [Fact]
    public void WriteSnapshot_fileWithoutItsHead_entersIt()
    {
        long fence = _job.ClaimFence();
        SnapshotHead head = _job.WriteSnapshot(SnapshotSamples.Create(), fence);
        File.Delete(HeadPath(head));

        _job.WriteSnapshot(SnapshotSamples.Create(), fence);

        Assert.Equal(head, _job.LatestVerified(out _)!.Head);
    }

    [Fact]
    public void WriteSnapshot_ofAnotherJob_throws()
    {
        Snapshot foreign = SnapshotSamples.Create(spec: SnapshotSamples.Spec with { Seed = 1 });

        Assert.Throws<ArgumentException>(() => _job.WriteSnapshot(foreign, _job.ClaimFence()));
        Assert.Throws<ArgumentException>(() => _job.WriteSnapshot(SnapshotSamples.Create().KernelsOnly()!, _job.ClaimFence()));
    }

    [Fact]
    public void WriteSnapshot_leftoversOfADeadWriter_areRemoved()
    {
        SnapshotHead orphan = _job.WriteSnapshot(SnapshotSamples.Create(3), _job.ClaimFence());
        File.Delete(HeadPath(orphan));
        string temporary = orphan.Path + ".0123456789abcdef0123456789abcdef.tmp";
        File.WriteAllText(temporary, "half");

        _job.WriteSnapshot(SnapshotSamples.Create(2), _job.ClaimFence());

        Assert.False(File.Exists(orphan.Path));
        Assert.False(File.Exists(temporary));
    }

    [Fact]
    public void LatestVerified_newestDamagedInEveryWay_fallsBackWithWarnings()
    {
        Assert.Null(_job.LatestVerified(out _));
        long fence = _job.ClaimFence();
        SnapshotHead[] heads = [.. Enumerable.Range(0, 4).Select(step => _job.WriteSnapshot(SnapshotSamples.Create(step), fence))];
        byte[] flipped = File.ReadAllBytes(heads[3].Path);
        flipped[^40] ^= 4;
        File.WriteAllBytes(heads[3].Path, flipped);
        File.WriteAllText(HeadPath(heads[2]), "");
        File.Copy(heads[0].Path, heads[1].Path, overwrite: true);

        StoredSnapshot latest = _job.LatestVerified(out IReadOnlyList<string> warnings)!;

        Assert.Equal(heads[0], latest.Head);
        Assert.Equal(3, warnings.Count);
        Assert.Contains("step 3 is skipped", warnings[0]);
        Assert.Contains("does not match its SHA-256", warnings[0]);
        Assert.Contains("head-000000002-1' is damaged", warnings[1]);
        Assert.Contains("is not the file that its head names", warnings[2]);
    }

    [Fact]
    public void WriteSnapshot_resumedBelowDamagedOnes_keepsWhatTheNewClaimWrote()
    {
        long first = _job.ClaimFence();
        foreach (int step in (int[])[0, 10, 20, 30])
        {
            _job.WriteSnapshot(SnapshotSamples.Create(step), first);
        }

        long second = _job.ClaimFence();
        foreach (int step in (int[])[11, 12, 13, 14])
        {
            _job.WriteSnapshot(SnapshotSamples.Create(step), second);
        }

        Assert.Equal([(0L, 1L), (12, 2), (13, 2), (14, 2), (20, 1), (30, 1)], _job.Snapshots().Select(head => (head.Step, head.Fence)));
        _job.WriteSnapshot(SnapshotSamples.Create(31), second);
        Assert.Equal([(0L, 1L), (13, 2), (14, 2), (31, 2)], _job.Snapshots().Select(head => (head.Step, head.Fence)));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public void KernelFiles_moreThanTwoHundred_areThinnedEvenlyAndTheLastStays(int last)
    {
        long fence = _job.ClaimFence();
        _job.WriteSnapshot(SnapshotSamples.Create(0), fence);
        string source = _job.KernelFiles()[0];
        for (int step = 1; step < last; step++)
        {
            File.Copy(source, Path.Combine(SnapshotsPath, $"kernels-{step:D9}-1.dcs"));
        }

        Assert.Equal(last, _job.KernelFiles().Count);
        _job.WriteSnapshot(SnapshotSamples.Create(last), fence);

        IEnumerable<int> expected = Enumerable.Range(0, 101).Select(i => 2 * i).Append(last).Distinct();
        Assert.Equal(expected.Select(step => $"kernels-{step:D9}-1.dcs"), _job.KernelFiles().Select(path => Path.GetFileName(path)));
    }

    private string SnapshotsPath => Path.Combine(_job.Path, "snapshots");

    private string HeadPath(SnapshotHead head) => Path.Combine(_job.Path, $"head-{head.Step:D9}-{head.Fence}");
}
