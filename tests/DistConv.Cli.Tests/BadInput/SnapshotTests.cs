using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

public sealed class SnapshotTests : BadInputTest
{
    private async Task<string> TrainAsync()
    {
        TinyData.WriteIdx(Folder["data"]);
        Folder.Write("tiny.json", TinyData.Model);
        ProcessResult trained = await DistConvProcess.RunAsync(
            Folder.FullPath, "train", "--data", "idx:data", "--model", "tiny.json", "--steps", "3", "--stop-at", "2", "--local", "--job", "j", "--quiet");
        Assert.True(trained.ExitCode == 0, trained.ToString());
        return new JobStore(Folder["distconv-jobs"]).Open("j").LatestVerified(out _)!.Head.Path;
    }

    [Fact]
    public async Task SnapshotCommands_truncatedFile_sayThatItIsDamaged()
    {
        byte[] bytes = await File.ReadAllBytesAsync(await TrainAsync(), TestContext.Current.CancellationToken);
        File.WriteAllBytes(Folder["cut.dcs"], bytes[..^100]);
        await RefusesAsync(["'cut.dcs' is damaged", "cut short"], ["snapshot", "verify", "cut.dcs"]);
        await RefusesAsync(["'cut.dcs' is damaged"], ["snapshot", "show", "cut.dcs"]);
        await RefusesAsync(["'cut.dcs' is damaged"], ["evaluate", "cut.dcs", "--data-dir", "data"]);
    }

    [Fact]
    public async Task SnapshotVerify_oneBitFlippedAnywhere_isNoticed()
    {
        byte[] bytes = await File.ReadAllBytesAsync(await TrainAsync(), TestContext.Current.CancellationToken);
        for (int part = 0; part < 6; part++)
        {
            int position = part * (bytes.Length - 1) / 5;
            bytes[position] ^= (byte)(1 << part);
            File.WriteAllBytes(Folder["flipped.dcs"], bytes);
            bytes[position] ^= (byte)(1 << part);
            await RefusesAsync(["flipped.dcs"], ["snapshot", "verify", "flipped.dcs"]);
        }
    }

    [Fact]
    public async Task SnapshotVerify_folderWithOneDamagedFile_saysWhichAndHowMany()
    {
        string path = await TrainAsync();
        Directory.CreateDirectory(Folder["shelf"]);
        File.Copy(path, Folder[Path.Combine("shelf", "a.dcs")]);
        File.WriteAllBytes(Folder[Path.Combine("shelf", "b.dcs")], [1, 2, 3]);
        ProcessResult result = await DistConvProcess.RunAsync(Folder.FullPath, "snapshot", "verify", "shelf");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("b.dcs", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("(1 of 2 files do not verify)", result.Errors, StringComparison.Ordinal);
        Assert.Contains("a.dcs", Assert.Single(result.OutputLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_newerNumericsVersion_refuse()
    {
        Snapshot old = SnapshotFile.Read(await TrainAsync());
        int newer = Training.NumericsVersion.Current + 1;
        JobSpec spec = old.Spec with { NumericsVersion = newer };
        JobFolder job = new JobStore(Folder["distconv-jobs"]).Create("newer", spec);
        Snapshot snapshot = new()
        {
            Spec = spec,
            Step = old.Step,
            NumericsVersion = newer,
            CreatedAt = old.CreatedAt,
            Running = old.Running,
            Epochs = old.Epochs,
            OptimizerScalars = old.OptimizerScalars,
            LayerHashes = old.LayerHashes,
            Tensors = old.Tensors,
        };
        string path = job.WriteSnapshot(snapshot, job.ClaimFence()).Path;
        await RefusesAsync([$"numericsVersion {newer}"], ["jobs", "resume", "newer", "--data-dir", "data"]);
        await RefusesAsync([$"numericsVersion {newer}"], ["evaluate", path, "--data-dir", "data"]);
        await RefusesAsync([$"numericsVersion {newer}"], ["snapshot", "verify", path]);
    }
}
