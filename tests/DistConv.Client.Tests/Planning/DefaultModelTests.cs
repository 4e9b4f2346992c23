using DistConv.Cli.Tests.Support;
using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Client.Tests.Planning;

/// <summary>What is chosen where a request leaves the model to the data.</summary>
public sealed class DefaultModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(28, 28, 1, 60_000, "keras1-mnist-cnn")]
    [InlineData(6, 6, 1, 40, "keras1-mnist-cnn")]
    [InlineData(32, 32, 1, 100, "keras1-mnist-cnn")]
    [InlineData(32, 32, 3, 50_000, "cifar10-cnn")]
    [InlineData(28, 28, 3, 2047, "photo-cnn")]
    [InlineData(15, 30, 3, 100, "cifar10-cnn")]
    [InlineData(16, 30, 3, 100, "photo-cnn")]
    [InlineData(64, 64, 3, 48, "photo-cnn")]
    [InlineData(64, 64, 3, 20_000, "photo-cnn")]
    [InlineData(64, 64, 1, 48, "photo-cnn")]
    public void For_samples_dependsOnTheirSizeAndNumber(int height, int width, int channels, int samples, string model) =>
        Assert.Equal(model, DefaultModel.For(new TensorShape(height, width, channels), samples));

    [Fact]
    public async Task PlanAsync_digits_isTheJobOfTheNamedModel()
    {
        TrainingPlan chosen = await PlanAsync(TrainingData.Named("digits"));
        Assert.Equal((await PlanAsync(TrainingData.Named("digits"), ModelSource.BuiltIn("keras1-mnist-cnn"))).Specification, chosen.Specification);
        Assert.Equal("model keras1-mnist-cnn, because none is given and samples are (28, 28, 1)", chosen.Notes[0]);
    }

    [Fact]
    public async Task PlanAsync_idxFiles_areLookedAt()
    {
        TinyData.WriteIdx(_folder["data"]);
        Assert.Equal("keras1-mnist-cnn", (await PlanAsync(TrainingData.Idx(_folder["data"]))).Specification.ModelName);
    }

    [Fact]
    public async Task PlanAsync_fewPhotographs_choosesAllThatIsLeftOpenAndSaysSo()
    {
        TwoTextures.Write(_folder["photos"], each: 20, seed: 1);
        TrainingPlan plan = await PlanAsync(TrainingData.Pictures(_folder["photos"]));
        JobSpec spec = plan.Specification;
        Assert.Equal(("photo-cnn", 16, 2, 200 * 2), (spec.ModelName, spec.GlobalBatch, spec.Shards, spec.TotalSteps));
        Assert.Equal("images/photos?size=64x64&color=rgb&fit=stretch&test=0.2&seed=0&unreadable=refuse", spec.Data);
        Assert.Equal(("adamw", "cosine", 30), (spec.Optimizer.Name, spec.Schedule?.Name, spec.Schedule?.WarmupSteps));
        Assert.Equal(SmallFolder.Augmentation, AugmentationText.Format(spec.Augmentation));
        Assert.StartsWith(
            "model photo-cnn on pictures of (64, 64, 3), because none is given and the 40 pictures are of 40 sizes; because they are few: batch 16 in 2 "
                + "shards, 200 epochs, adamw with schedule cosine, samples varied by flip,", plan.Notes[0], StringComparison.Ordinal);
        Assert.Contains(plan.Notes, note => note.StartsWith("only 8 pictures are held out, so the held-out figures are uncertain: each picture is 12 %",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlanAsync_fewPhotographsWithChoices_keepsThem()
    {
        TwoTextures.Write(_folder["photos"], each: 20, seed: 1);
        TrainingRequest request = new()
        {
            Data = TrainingData.Pictures(_folder["photos"]),
            Model = ModelSource.ByData,
            GlobalBatch = 8,
            Steps = 7,
            Augmentation = AugmentationText.Parse("vflip"),
            Optimizer = OptimizerSettings.Default("sgd"),
        };
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["store"], new DataOptions { CacheDirectory = _folder["cache"] });
        JobSpec spec = (await client.PlanAsync(request, Token)).Specification;
        Assert.Equal((8, 7, "sgd", "vflip"), (spec.GlobalBatch, spec.TotalSteps, spec.Optimizer.Name, AugmentationText.Format(spec.Augmentation)));
        Assert.Null(spec.Schedule);
        TrainingPlan given = await client.PlanAsync(request with { Model = ModelSource.BuiltIn("lenet5"), Augmentation = null }, Token);
        Assert.Equal(("lenet5", null), (given.Specification.ModelName, given.Specification.Augmentation));
    }

    [Fact]
    public async Task PlanAsync_noSuchFolder_isThatMessage() => Assert.Contains(
        "does not exist",
        (await Assert.ThrowsAsync<InvalidInputException>(() => PlanAsync(TrainingData.Pictures(_folder["nowhere"])))).Message,
        StringComparison.Ordinal);

    private async Task<TrainingPlan> PlanAsync(TrainingData data, ModelSource? model = null)
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["store"], new DataOptions { CacheDirectory = _folder["cache"] });
        return await client.PlanAsync(new TrainingRequest { Data = data, Model = model ?? ModelSource.ByData }, Token);
    }
}
