using System.Buffers.Binary;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Tests.Loop;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Jobs;

/// <summary>The newest snapshot is torn, cut or flipped: whatever part it is, the one before is used, with one warning.</summary>
public sealed class DamagedNewestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobFolder _job;
    private readonly SnapshotHead _newest;

    public DamagedNewestTests()
    {
        _job = new JobStore(_folder.Root).Create("job", SnapshotSamples.Spec);
        long fence = _job.ClaimFence();
        _job.WriteSnapshot(SnapshotSamples.Create(7), fence);
        _newest = _job.WriteSnapshot(SnapshotSamples.Create(8), fence);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LatestVerified_newestFlippedInAnyRegion_usesTheOneBefore()
    {
        byte[] good = File.ReadAllBytes(_newest.Path);
        foreach ((string region, int first, int end) in Regions(good))
        {
            foreach (int at in new[] { first, (first + end) / 2, end - 1 })
            {
                byte[] bad = [.. good];
                bad[at] ^= 0x10;
                File.WriteAllBytes(_newest.Path, bad);
                AssertSkipped($"{region}, byte {at} flipped");
            }
        }
    }

    [Fact]
    public void LatestVerified_newestCutOrTornInAnyRegion_usesTheOneBefore()
    {
        byte[] good = File.ReadAllBytes(_newest.Path);
        foreach ((string region, int first, int end) in Regions(good))
        {
            foreach (int at in new[] { first, (first + end) / 2, end - 1 })
            {
                File.WriteAllBytes(_newest.Path, good[..at]);
                AssertSkipped($"{region}, cut at {at}");
                byte[] torn = [.. good];
                torn.AsSpan(at).Clear(); // The file has its length, but its last pages never reached the disk.
                File.WriteAllBytes(_newest.Path, torn);
                AssertSkipped($"{region}, torn at {at}");
            }
        }

        File.Delete(_newest.Path);
        AssertSkipped("no file");
    }

    [Fact]
    public void LatestVerified_headDamagedAnywhere_usesTheOneBefore()
    {
        string path = Path.Combine(_job.Path, $"head-{_newest.Step:D9}-{_newest.Fence}");
        byte[] good = File.ReadAllBytes(path);
        int content = good.AsSpan().LastIndexOf((byte)'}');
        for (int at = 0; at <= content; at++)
        {
            File.WriteAllBytes(path, good[..at]);
            AssertSkipped($"head cut at {at}");
            if (char.IsWhiteSpace((char)good[at])) continue;
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] bad = [.. good];
                bad[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(path, bad);
                AssertSkipped($"head, bit {bit} of byte {at} flipped");
            }
        }

        File.WriteAllBytes(path, new byte[good.Length]);
        AssertSkipped("head torn");
    }

    [Fact]
    public async Task RunAsync_newestIsTorn_resumesFromTheOneBeforeAndEndsWithTheSameWeights()
    {
        JobFolder job = new JobStore(_folder.Root).Create("torn", TinyJobs.Spec());
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 14, SnapshotEverySteps: 5));
        SnapshotHead newest = job.Snapshots()[^1];
        byte[] torn = File.ReadAllBytes(newest.Path);
        torn.AsSpan(torn.Length / 2).Clear();
        File.WriteAllBytes(newest.Path, torn);

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions());

        Assert.StartsWith("step 14 is skipped: ", Assert.Single(status.Warnings), StringComparison.Ordinal);
        JobStatus quiet = await LoopRuns.RunAsync(new JobStore(_folder.Root).Create("quiet", job.Spec), new RunOptions());
        Assert.Equal((JobState.Done, quiet.WeightsDigest), (status.State, status.WeightsDigest));
    }

    /// <summary>The parts of a snapshot file, each as [first, end).</summary>
    private static IEnumerable<(string Region, int First, int End)> Regions(byte[] file)
    {
        int header = 16 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12)), tensors = header + 32, seal = file.Length - 32;
        return [("envelope", 0, 16), ("header", 16, header), ("header's hash", header, tensors), ("tensors", tensors, seal), ("hash", seal, file.Length)];
    }

    private void AssertSkipped(string what)
    {
        StoredSnapshot? stored = _job.LatestVerified(out IReadOnlyList<string> warnings);
        Assert.True(stored?.Head.Step == 7 && warnings.Count == 1, $"{what}: step {stored?.Head.Step}, {warnings.Count} warnings");
        Assert.StartsWith("step 8 is skipped: ", warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain('\n', warnings[0]);
    }
}
