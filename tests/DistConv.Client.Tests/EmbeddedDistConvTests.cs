using DistConv.Cli.Tests.Support;
using DistConv.Core;
using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>The façade over an embedded cluster and over its store, with a data set on which a step takes milliseconds.</summary>
public sealed class EmbeddedDistConvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EmbeddedDistConvTests() => TinyData.WriteIdx(_folder["data"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingRequest Request =>
        new() { Data = TrainingData.Idx(_folder["data"]), Model = ModelSource.Json(TinyData.Model, "tiny"), GlobalBatch = 10, Epochs = 2, Id = "j" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SubmitAsync_request_trainsAndTheModelPredictsAsEvaluated()
    {
        await using IDistConvClient client = await StartAsync();
        TrainingJob job = await client.SubmitAsync(Request, Token);
        List<JobStatus> seen = [];
        TrainingResult result = await job.WaitAsync(new Recorder(seen), Token);
        Assert.Equal((JobState.Done, 42L, 2), (result.State, result.Step, result.Epochs.Count));
        Assert.Equal(result.WeightsDigest, seen[^1].WeightsDigest);
        Assert.Contains(0, result.SnapshotSteps);
        using TrainedModel model = await job.OpenModelAsync(SnapshotChoice.Last, ct: Token);
        Assert.Equal((42L, result.WeightsDigest), (model.Step, model.WeightsDigest));
        Assert.Equal(result.Epochs[^1].TestAccuracy, Accuracy(model), 12);
        Assert.Equal(["conv1/kernel", "conv1/bias", "dense1/kernel", "dense1/bias"], model.Weights.Select(tensor => tensor.Name).Select(name => name));
        Assert.Equal([3, 3, 1, 3], model.Weights[0].Shape);
    }

    [Fact]
    public async Task SubmitAsync_sameRequestAgain_isTheSameJobAndStaysDone()
    {
        await using IDistConvClient client = await StartAsync();
        TrainingResult first = await (await client.SubmitAsync(Request, Token)).WaitAsync(ct: Token);
        TrainingResult second = await (await client.SubmitAsync(Request, Token)).WaitAsync(ct: Token);
        Assert.Equal(first.WeightsDigest, second.WeightsDigest);
        await Assert.ThrowsAsync<InvalidInputException>(() => client.SubmitAsync(Request with { Seed = 2 }, Token));
    }

    [Fact]
    public async Task PauseAsync_thenResume_endsWithTheBitsOfAnUninterruptedRun()
    {
        await using IDistConvClient client = await StartAsync();
        TrainingResult whole = await (await client.SubmitAsync(Request, Token)).WaitAsync(ct: Token);
        TrainingJob job = await client.SubmitAsync(Request with { Id = "k", StopAt = 7 }, Token);
        Assert.Equal((JobState.Stopped, 7L), await EndAsync(job));
        await job.ResumeAsync(Token);
        TrainingResult resumed = await job.WaitAsync(ct: Token);
        Assert.Equal((JobState.Done, whole.WeightsDigest), (resumed.State, resumed.WeightsDigest));
    }

    [Fact]
    public async Task ExtendAsync_doneJob_endsWithTheBitsOfALongerOne()
    {
        await using IDistConvClient client = await StartAsync();
        TrainingResult whole = await (await client.SubmitAsync(Request with { Epochs = 3 }, Token)).WaitAsync(ct: Token);
        TrainingJob job = await client.SubmitAsync(Request with { Id = "k" }, Token);
        await job.WaitAsync(ct: Token);
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() => job.ExtendAsync(2, Token));
        Assert.Equal("epochs is 2, but job 'k' has 42 steps of 21 an epoch already; give 3 to 47619047", refused.Message);
        await job.ExtendAsync(3, Token);
        TrainingResult longer = await job.WaitAsync(ct: Token);
        Assert.Equal((JobState.Done, 63L, whole.WeightsDigest), (longer.State, longer.Step, longer.WeightsDigest));
    }

    [Fact]
    public async Task ReadAsync_followedAndContinued_hasEachStepAndEpochOnceInOrder()
    {
        await using IDistConvClient client = await StartAsync();
        TrainingJob job = await client.SubmitAsync(Request, Token);
        List<string> followed = [];
        RecordCursor middle = default;
        await foreach (JobRecord entry in job.ReadAsync(follow: true, ct: Token))
        {
            followed.Add(Text(entry));
            if (entry is StepRecord { Step.Step: 30 } step) middle = step.After;
        }

        string[] steps = [.. Enumerable.Range(0, 42).Select(step => $"step {step}")], expected = [.. steps[..21], "epoch 1", .. steps[21..], "epoch 2"];
        Assert.Equal(expected, followed);
        List<string> rest = [];
        await foreach (JobRecord entry in job.ReadAsync(RecordCursor.Parse(middle.ToString()), ct: Token)) rest.Add(Text(entry));
        Assert.Equal(expected[32..], rest);
        await Assert.ThrowsAsync<InvalidInputException>(async () =>
        {
            await foreach (JobRecord entry in job.ReadAsync(new RecordCursor(7, 7, 7), ct: Token)) rest.Add(Text(entry));
        });
    }

    [Fact]
    public async Task OpenStore_afterTraining_showsListsAndComparesButDoesNotTrain()
    {
        await using (IDistConvClient client = await StartAsync())
        {
            await (await client.SubmitAsync(Request, Token)).WaitAsync(ct: Token);
            await (await client.SubmitAsync(Request with { Id = "k", Seed = 2 }, Token)).WaitAsync(ct: Token);
        }

        await using IDistConvClient store = DistConvClient.OpenStore(_folder["jobs"]);
        List<string> ids = [];
        await foreach (JobSummary job in store.ListAsync(Token)) ids.Add(job.Id);
        Assert.Equal(["j", "k"], ids.Order());
        JobComparison comparison = await store.CompareAsync(["j", "k"], Token);
        SettingComparison difference = Assert.Single(comparison.Differences);
        Assert.Equal(("seed", "1,2"), (difference.Setting, string.Join(',', difference.Values)));
        Assert.NotEqual(comparison.Jobs[0].WeightsDigest, comparison.Jobs[1].WeightsDigest);
        Assert.Equal(JobState.Done, (await store.GetJob("j").GetStatusAsync(Token)).State);
        using MemoryStream copy = new();
        Assert.Equal(0, await store.GetJob("j").CopySnapshotAsync(SnapshotChoice.AtStep(0), copy, Token));
        Assert.True(copy.Length > 0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.SubmitAsync(Request, Token));
        await Assert.ThrowsAsync<InvalidInputException>(() => store.GetJob("nobody").GetStatusAsync(Token));
    }

    [Fact]
    public async Task PlanAsync_openSettings_areChosenAndNoted()
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["jobs"]);
        TrainingPlan plan = await client.PlanAsync(Request with { Epochs = null, EarlyStopPatience = 1 }, Token);
        Assert.Equal((42L, 21, "adam"), (plan.Specification.TotalSteps, plan.StepsPerEpoch, plan.Specification.Optimizer.Name));
        Assert.True(plan.EstimateMemoryBytes(threads: 1) > 0);
        Assert.Equal(3, plan.Notes.Count);
        Assert.False(Directory.Exists(_folder["jobs"]));
    }

    [Theory]
    [InlineData(0, "Threads is 0; give 1 to 1024")]
    [InlineData(1025, "Threads is 1025; give 1 to 1024")]
    public async Task StartAsync_threadsOutOfRange_isRefused(int threads, string message)
    {
        EmbeddedOptions options = new() { StoreDirectory = _folder["jobs"], Threads = threads };
        Assert.Equal(message, (await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedDistConv.StartAsync(options, ct: Token))).Message);
    }

    private async Task<IDistConvClient> StartAsync() =>
        await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = _folder["jobs"], Threads = 1 }, ct: Token);

    private static async Task<(JobState State, long Step)> EndAsync(TrainingJob job)
    {
        TrainingResult result = await job.WaitAsync(ct: Token);
        return (result.State, result.Step);
    }

    private static string Text(JobRecord entry) => entry switch
    {
        StepRecord step => $"step {step.Step.Step}",
        EpochRecord epoch => $"epoch {epoch.Epoch.Epoch}",
        _ => throw new InvalidOperationException(entry.ToString()),
    };

    /// <summary>Share of the test split that the model classifies correctly.</summary>
    private double Accuracy(TrainedModel model)
    {
        byte[] images = File.ReadAllBytes(Path.Combine(_folder["data"], TinyData.FileNames[2]))[16..],
            labels = File.ReadAllBytes(Path.Combine(_folder["data"], TinyData.FileNames[3]))[8..];
        int size = TinyData.Side * TinyData.Side;
        int correct = Enumerable.Range(0, labels.Length).Count(i =>
            model.Predict([.. images.AsSpan(i * size, size).ToArray().Select(pixel => pixel / 255f)]).Top.Class == labels[i]);
        return (double)correct / labels.Length;
    }

    private sealed class Recorder(List<JobStatus> seen) : IProgress<JobStatus>
    {
        public void Report(JobStatus value) => seen.Add(value);
    }
}
