using DistConv.Cli.Tests.Support;
using DistConv.Core;
using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>Which snapshot a program gets when some are damaged or gone: a job that stopped at step 30, whose only epoch ended at step 21.</summary>
public sealed class SnapshotChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public SnapshotChoiceTests() => TinyData.WriteIdx(_folder["data"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OpenModelAsync_newestWeightsAreDamaged_theBestIsOpenedWithoutReadingThem()
    {
        TrainingJob job = await TrainAsync();
        Damage(30);

        using TrainedModel best = await job.OpenModelAsync(ct: Token);
        Assert.Equal((21L, 0), (best.Step, _warnings.Count));
        using MemoryStream copy = new();
        Assert.Equal(21, await job.CopySnapshotAsync(SnapshotChoice.Best, copy, Token));
        using TrainedModel last = await job.OpenModelAsync(SnapshotChoice.Last, ct: Token);
        Assert.Equal(21, last.Step);
        Assert.StartsWith("the snapshot of step 30 was skipped: ", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenModelAsync_bestIsDamaged_onlyTheDefaultTakesAnother()
    {
        TrainingJob job = await TrainAsync();
        Damage(21);

        using TrainedModel model = await job.OpenModelAsync(ct: Token);
        Assert.Equal(30, model.Step);
        Assert.StartsWith("the snapshot of step 21 was skipped: ", Assert.Single(_warnings), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => job.OpenModelAsync(SnapshotChoice.Best, ct: Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => job.OpenModelAsync(SnapshotChoice.AtStep(21), ct: Token));
    }

    [Fact]
    public async Task OpenModelAsync_fileIsGone_isRefusedInOneLine()
    {
        TrainingJob job = await TrainAsync();
        File.Delete(SnapshotOf(0));

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => job.OpenModelAsync(SnapshotChoice.AtStep(0), ct: Token));

        Assert.StartsWith("job 'j' no longer has the snapshot of step 0: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenModelAsync_noSnapshot_isRefusedInOneLine()
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["jobs"]);
        TrainingPlan plan = await client.PlanAsync(Request, Token);
        new JobStore(_folder["jobs"]).Create("j", plan.Specification);

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => client.GetJob("j").OpenModelAsync(ct: Token));

        Assert.Equal("job 'j' has no snapshot yet", e.Message);
    }

    private TrainingRequest Request => new()
    {
        Data = TrainingData.Idx(_folder["data"]),
        Model = ModelSource.Json(TinyData.Model, "tiny"),
        GlobalBatch = 10,
        Id = "j",
        StopAt = 30,
        Optimizer = OptimizerSettings.Default("adam") with { LearningRate = 0.02f },
    };

    /// <summary>The job as another process sees it.</summary>
    private async Task<TrainingJob> TrainAsync()
    {
        EmbeddedOptions options = new() { StoreDirectory = _folder["jobs"], Threads = 1 };
        await using (IDistConvClient client = await EmbeddedDistConv.StartAsync(options, ct: Token))
            await (await client.SubmitAsync(Request, Token)).WaitAsync(ct: Token);
        return DistConvClient.OpenStore(_folder["jobs"], new DataOptions { Warn = _warnings.Add }).GetJob("j");
    }

    private string SnapshotOf(long step) => new JobStore(_folder["jobs"]).Open("j").Snapshots().Single(head => head.Step == step).Path;

    /// <summary>Changes the last weight; the header stays whole.</summary>
    private void Damage(long step)
    {
        string path = SnapshotOf(step);
        byte[] content = File.ReadAllBytes(path);
        content[^40] ^= 1;
        File.WriteAllBytes(path, content);
        Assert.Equal(step, SnapshotFile.ReadHeader(path).Step);
    }
}
