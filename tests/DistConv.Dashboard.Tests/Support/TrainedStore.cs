using DistConv.Cli.Tests.Support;
using DistConv.Client;
using DistConv.Dashboard.Tests.Support;
using DistConv.Silo.Embedded;
using Xunit;

[assembly: AssemblyFixture(typeof(TrainedStore))]

namespace DistConv.Dashboard.Tests.Support;

/// <summary>A store with two jobs that are done: "j" and "k", of 42 steps and 2 epochs each, with different seeds. No test changes it.</summary>
public sealed class TrainedStore : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The store's folder.</summary>
    public string Store => _folder["jobs"];

    /// <summary>The data set's folder.</summary>
    public string Data => _folder["data"];

    /// <summary>A request for a job on which a step takes milliseconds.</summary>
    public static TrainingRequest Request(string data, string id) =>
        new() { Data = TrainingData.Idx(data), Model = ModelSource.Json(TinyData.Model, "tiny"), GlobalBatch = 10, Epochs = 2, Id = id };

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        TinyData.WriteIdx(Data);
        await using IDistConvClient client = await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = Store, Threads = 1 });
        await (await client.SubmitAsync(Request(Data, "j"))).WaitAsync();
        await (await client.SubmitAsync(Request(Data, "k") with { Seed = 2 })).WaitAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
