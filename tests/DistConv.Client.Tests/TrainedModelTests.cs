using DistConv.Cli.Tests.Support;
using DistConv.Silo.Embedded;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>Predictions when something is wrong: the input, or the moment.</summary>
public sealed class TrainedModelTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private TrainedModel? _model;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainedModel Model => _model!;

    public async ValueTask InitializeAsync()
    {
        TinyData.WriteIdx(_folder["data"]);
        EmbeddedOptions options = new() { StoreDirectory = _folder["store"], Threads = 1 };
        await using IDistConvClient client = await EmbeddedDistConv.StartAsync(options, ct: Token);
        TrainingJob job = await client.SubmitAsync(
            new TrainingRequest
            {
                Data = TrainingData.Idx(_folder["data"]),
                Model = ModelSource.Json(TinyData.Model),
                GlobalBatch = 10,
                Steps = 1,
            },
            Token);
        await job.WaitAsync(ct: Token);
        _model = await job.OpenModelAsync(ct: Token);
    }

    public ValueTask DisposeAsync()
    {
        Model.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Predict_disposed_isRefused()
    {
        Model.Predict(new float[Model.InputShape.Size]);
        Model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Model.Predict(new float[Model.InputShape.Size]));
    }

    [Fact]
    public async Task Dispose_whilePredicting_waitsForNobodyAndFreesWhenTheLastHasEnded()
    {
        float[] input = new float[Model.InputShape.Size];
        using SemaphoreSlim predicted = new(0);
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            IReadOnlyList<float> first = Model.Predict(input).Outputs;
            predicted.Release();
            while (true) Assert.Equal(first, Model.Predict(input).Outputs);
        }))];
        foreach (Task _ in readers) await predicted.WaitAsync(Token);
        Model.Dispose();
        foreach (Task reader in readers) await Assert.ThrowsAsync<ObjectDisposedException>(() => reader);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Predict_valueIsNotFinite_isRefused(float value)
    {
        float[] input = new float[Model.InputShape.Size];
        input[3] = value;
        ArgumentException e = Assert.Throws<ArgumentException>(() => Model.Predict(input));
        Assert.StartsWith($"value 3 is {value}; give finite numbers", e.Message, StringComparison.Ordinal);
    }
}
