using DistConv.Cli.Tests.Support;
using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Client.Tests.Planning;

/// <summary>What is chosen for small data sets, and what a validation split of the data's own leaves to choose.</summary>
public sealed class TrainingSizesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TrainingRequest Request => new() { Data = TrainingData.Named("digits"), Model = ModelSource.Json(TinyData.Model) };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 4, 2)]
    [InlineData(12, 8, 2)]
    [InlineData(255, 8, 2)]
    [InlineData(256, 16, 2)]
    [InlineData(700, 32, 4)]
    [InlineData(2047, 64, 8)]
    [InlineData(2048, 128, 8)]
    [InlineData(60_000, 128, 8)]
    public void Choose_nothingIsGiven_dependsOnTheSamples(int samples, int batch, int shards) =>
        Assert.Equal((batch, shards), TrainingSizes.Choose(Request, samples));

    [Theory]
    [InlineData(10, null, 12, 10, 8)]
    [InlineData(4, null, 12, 4, 4)]
    [InlineData(128, null, 5, 128, 5)]
    [InlineData(null, 16, 40, 16, 16)]
    [InlineData(7, 9, 40, 7, 9)]
    public void Choose_batchOrShardsAreGiven_keepsThem(int? givenBatch, int? givenShards, int samples, int batch, int shards) =>
        Assert.Equal((batch, shards), TrainingSizes.Choose(Request with { GlobalBatch = givenBatch, Shards = givenShards }, samples));

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(16, 13)]
    [InlineData(99, 3)]
    [InlineData(100, 2)]
    [InlineData(469, 2)]
    public void Epochs_fewSteps_areMore(int stepsPerEpoch, int epochs) => Assert.Equal(epochs, TrainingSizes.Epochs(Request, stepsPerEpoch));

    [Fact]
    public void Choose_firstSamplesOfASet_isAsForTheSet()
    {
        TrainingRequest few = Request with { Samples = 100 };
        Assert.Equal((128, 8), TrainingSizes.Choose(few, 100));
        Assert.Equal(TrainingRequest.DefaultEpochs, TrainingSizes.Epochs(few, 1));
    }

    [Fact]
    public async Task PlanAsync_smallData_saysWhatWasChosenAndWhy()
    {
        TinyData.WriteIdx(_folder["data"], train: 40, test: 8);
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["store"]);
        TrainingPlan plan = await client.PlanAsync(Request with { Data = TrainingData.Idx(_folder["data"]) }, Token);
        Assert.Equal((8, 2, 40L * 5), (plan.Specification.GlobalBatch, plan.Specification.Shards, plan.Specification.TotalSteps));
        Assert.Contains("batch 8 in 2 shards, because there are only 40 training samples (from 2,048 on: 128 in 8)", plan.Notes);
        Assert.Contains("40 epochs, because neither epochs nor steps are given; an epoch has only 5 steps", plan.Notes);
    }

    [Fact]
    public void Of_validationSplitOfTheData_isKeptForValidation()
    {
        TrainingSizes sizes = TrainingSizes.Of(Request, WithValidation());
        Assert.Equal((20, 10), (sizes.Samples, sizes.Validation));
        Assert.Contains("the validation split of the data, 10 samples, decides which epoch is the best", sizes.Notes(Request, WithValidation(), 3));
    }

    [Fact]
    public void Of_validationSplitOfTheDataAndAnotherOne_isRefused()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => TrainingSizes.Of(Request with { Samples = 15, ValidationSplit = 0.5 }, WithValidation()));
        Assert.Equal(["samples", "validationSplit"], e.Problems.Select(problem => problem.Setting));
        Assert.Contains("samples is 15, but 'images/x' has a validation split of 10 samples, which follow all 20 training samples", e.Message,
            StringComparison.Ordinal);
        Assert.Contains("give 1 to 20", Assert.Throws<InvalidInputException>(() => TrainingSizes.Of(Request with { Samples = 21 }, WithValidation())).Message,
            StringComparison.Ordinal);
    }

    private static DataSource WithValidation()
    {
        MemoryDataset all = new(new TensorShape(1, 1, 1), new byte[30], new byte[30], classCount: 2);
        return new DataSource("images/x?size=1x1", all, all, "f") { ValidationCount = 10 };
    }
}
