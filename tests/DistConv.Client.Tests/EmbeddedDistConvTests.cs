using DistConv.Cli.Tests.Support;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
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
    public async Task DisposeAsync_whileJobsTrain_endsThemWithASnapshotOfTheirLastStep()
    {
        IDistConvClient client = await StartAsync();
        TrainingJob job = await client.SubmitAsync(Request with { Epochs = 100_000 }, Token);
        Task<List<JobRecord>> record = job.ReadAsync(follow: true, ct: Token).ToListAsync(Token).AsTask();
        await foreach (JobStatus status in job.WatchAsync(Token))
        {
            if (status.Step > 0) break;
        }

        await client.DisposeAsync();

        await using IDistConvClient store = DistConvClient.OpenStore(_folder["jobs"]);
        JobSummary summary = Assert.Single(await store.ListAsync(Token).ToListAsync(Token));
        long logged = (await store.GetJob("j").ReadAsync(ct: Token).OfType<StepRecord>().ToListAsync(Token))[^1].Step.Step + 1;
        Assert.Equal((JobState.Stopped, logged), (summary.State, summary.Step));
        using TrainedModel model = await store.GetJob("j").OpenModelAsync(SnapshotChoice.Last, ct: Token);
        Assert.Equal(logged, model.Step);
        Assert.Equal(logged, (await record).OfType<StepRecord>().Count());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.SubmitAsync(Request with { Id = "late" }, Token));
        Assert.Single(await store.ListAsync(Token).ToListAsync(Token));
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
            if (entry is not EventRecord) followed.Add(Text(entry));
            if (entry is StepRecord { Step.Step: 30 } step) middle = step.After;
        }

        string[] steps = [.. Enumerable.Range(0, 42).Select(step => $"step {step}")], expected = [.. steps[..21], "epoch 1", .. steps[21..], "epoch 2"];
        Assert.Equal(expected, followed);
        List<string> rest = [];
        await foreach (JobRecord entry in job.ReadAsync(RecordCursor.Parse(middle.ToString()), ct: Token))
        {
            if (entry is not EventRecord) rest.Add(Text(entry));
        }

        Assert.Equal(expected[32..], rest);
        IAsyncEnumerable<JobRecord> record = job.ReadAsync(ct: Token);
        for (int reading = 0; reading < 2; reading++)
            Assert.Equal(expected, await record.Where(entry => entry is not EventRecord).Select(Text).ToArrayAsync(Token));
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
        Assert.Equal((210L, 21, "adam"), (plan.Specification.TotalSteps, plan.StepsPerEpoch, plan.Specification.Optimizer.Name));
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

    [Fact]
    public async Task StartAsync_settingsThatAreWrong_areNamedAtOnce()
    {
        EmbeddedOptions options = new() { StoreDirectory = " ", Threads = 0, Silos = 2 };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedDistConv.StartAsync(options, ct: Token));
        Assert.Equal(["StoreDirectory", "Threads", "Silos"], e.Problems.Select(problem => problem.Setting));
    }

    [Fact]
    public async Task StartAsync_childCommandThatDoesNotExist_isRefusedInOneLine()
    {
        EmbeddedOptions options = new() { StoreDirectory = _folder["jobs"], Threads = 1, Silos = 3, ChildCommand = [_folder["nothing"]] };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedDistConv.StartAsync(options, ct: Token));
        Assert.StartsWith($"the silo process '{_folder["nothing"]}' cannot be started (", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public async Task PlanAsync_validationSplitOutOfRange_isNamedBeforeDataIsLookedFor(double split)
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["jobs"]);
        TrainingRequest request = Request with { Data = TrainingData.Idx(_folder["nothing"]), ValidationSplit = split, Samples = 0 };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => client.PlanAsync(request, Token));
        Assert.Equal(["validationSplit", "samples"], e.Problems.Select(problem => problem.Setting));
    }

    [Fact]
    public async Task PlanAsync_modelSource_readsOnlyWhatItNames()
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["jobs"]);
        await File.WriteAllTextAsync(_folder["tiny.json"], TinyData.Model, Token);
        InvalidInputException noFile = await Assert.ThrowsAsync<InvalidInputException>(
            () => client.PlanAsync(Request with { Model = ModelSource.File("lenet5") }, Token));
        InvalidInputException notBuiltIn = await Assert.ThrowsAsync<InvalidInputException>(
            () => client.PlanAsync(Request with { Model = ModelSource.BuiltIn(_folder["tiny.json"]) }, Token));
        Assert.Contains("lenet5: there is no such model file", noFile.Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{_folder["tiny.json"]}' is no built-in model", notBuiltIn.Message, StringComparison.Ordinal);
        Assert.Equal(42, (await client.PlanAsync(Request with { Model = ModelSource.File(_folder["tiny.json"]) }, Token)).Specification.TotalSteps);
    }

    [Fact]
    public async Task PlanAsync_builtInModelForOtherPictures_takesTheirSizeAndClasses()
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["jobs"]);
        TrainingPlan plan = await client.PlanAsync(Request with { Model = ModelSource.BuiltIn("cifar10-cnn") }, Token);
        Assert.Equal(("cifar10-cnn", new TensorShape(6, 6, 1), 4), (plan.Model.Model.Name, plan.Model.Model.Input, plan.Model.Classes));
        Assert.Contains("model 'cifar10-cnn' takes (6, 6, 1) and has 4 classes, as the data (built in: (32, 32, 3), 10)", plan.Notes);
        Assert.Equal(plan.Model.Model, plan.Specification.ReadModel());
        InvalidInputException small = await Assert.ThrowsAsync<InvalidInputException>(
            () => client.PlanAsync(Request with { Model = ModelSource.BuiltIn("lenet5") }, Token));
        Assert.StartsWith("model 'lenet5' takes pictures of 12x12 or more, and these are (6, 6, 1): ", small.Message, StringComparison.Ordinal);
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
