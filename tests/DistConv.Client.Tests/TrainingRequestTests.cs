using DistConv.Cli.Tests.Support;
using DistConv.Core;
using DistConv.Silo.Embedded;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>What is wrong with a request or with options, as a program is told.</summary>
public sealed class TrainingRequestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TrainingRequest Request => new() { Data = TrainingData.Named("digits"), Model = ModelSource.BuiltIn("lenet5") };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PlanAsync_dataAndModelAreNull_namesBoth()
    {
        InvalidInputException e = await RefusedAsync(Request with { Data = null!, Model = null! });
        Assert.Equal(["data", "model"], e.Problems.Select(problem => problem.Setting));
    }

    [Fact]
    public async Task PlanAsync_wrongNumbers_namesEachOfThem()
    {
        InvalidInputException e = await RefusedAsync(
            Request with { Epochs = 0, Steps = 0, ValidationSplit = double.NaN, ClipNorm = float.NaN, Shards = 0, Id = "a\nb" });
        Assert.Equal(
            ["job", "epochs", "validationSplit", "epochs", "shards", "totalSteps", "clipNorm"], e.Problems.Select(problem => problem.Setting));
        Assert.DoesNotContain('\n', e.Message);
        Assert.Contains("validationSplit is NaN; give a number above 0 and below 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_builtInModelIsAPath_doesNotReadTheFile()
    {
        File.WriteAllText(_folder["secret"], "secret");
        InvalidInputException e = await RefusedAsync(Request with { Model = ModelSource.BuiltIn(_folder["secret"]) });
        Assert.StartsWith($"'{_folder["secret"]}' is no built-in model; choose keras1-mnist-cnn, ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_modelFileHasABuiltInName_isTheFile()
    {
        InvalidInputException e = await RefusedAsync(Request with { Model = ModelSource.File("lenet5") });
        Assert.StartsWith("lenet5: there is no such model file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_canceledWhileTheDataIsRead_ends()
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["store"]);
        using var stop = new CancellationTokenSource();
        Task<TrainingPlan> plan = client.PlanAsync(Request, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plan);
    }

    [Fact]
    public async Task SubmitAsync_canceled_storesNothing()
    {
        TinyData.WriteIdx(_folder["data"]);
        EmbeddedOptions options = new() { StoreDirectory = _folder["store"], Threads = 1 };
        await using IDistConvClient client = await EmbeddedDistConv.StartAsync(options, ct: Token);
        TrainingPlan plan = await client.PlanAsync(
            Request with { Data = TrainingData.Idx(_folder["data"]), Model = ModelSource.Json(TinyData.Model), GlobalBatch = 10, Id = "j" }, Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.SubmitAsync(plan, new CancellationToken(canceled: true)));
        Assert.Empty(await client.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task StartAsync_wrongOptions_namesEachOfThem()
    {
        EmbeddedOptions options = new() { StoreDirectory = "", Threads = 0, Silos = -1 };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedDistConv.StartAsync(options, ct: Token));
        Assert.Equal("StoreDirectory is empty; name a folder; Threads is 0; give 1 to 1024; Silos is -1; give 1 to 64", e.Message);
    }

    [Fact]
    public async Task StartAsync_storeIsAFile_isRefused()
    {
        string file = _folder["store"];
        File.WriteAllText(file, "");
        EmbeddedOptions options = new() { StoreDirectory = file, Threads = 1 };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedDistConv.StartAsync(options, ct: Token));
        Assert.Contains($"'{file}'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void TrainingData_noDirectory_namesTheSetting(string directory)
    {
        Assert.Equal(
            "data has no directory; name a folder of pictures", Assert.Throws<InvalidInputException>(() => TrainingData.Pictures(directory)).Message);
        Assert.Equal("data has no directory; name a folder of IDX files", Assert.Throws<InvalidInputException>(() => TrainingData.Idx(directory)).Message);
    }

    [Fact]
    public async Task StartAsync_childProgramIsMissing_saysSoInOneLine()
    {
        string program = _folder["missing"];
        EmbeddedOptions options = new() { StoreDirectory = _folder["store"], Threads = 1, Silos = 2, ChildCommand = [program] };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => EmbeddedDistConv.StartAsync(options, ct: Token));
        Assert.StartsWith($"the silo process '{program}' cannot be started (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("): name a program that calls ChildSilo.RunAsync", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_clusterAndStore_isRefused()
    {
        DistConvClientOptions options = new() { Cluster = "redis://127.0.0.1:1", StoreDirectory = _folder["store"] };
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => DistConvClient.ConnectAsync(options, ct: Token));
        Assert.Equal("Cluster and StoreDirectory exclude each other; set one of them", e.Message);
    }

    [Fact]
    public async Task ExtendAndCancel_storeIsReadOnly_sayThatTheJobCannotBeChanged()
    {
        TinyData.WriteIdx(_folder["data"]);
        using SmallDisk disk = SmallDisk.Mount();
        string store = Path.Combine(disk.Root, "store");
        await using (IDistConvClient trainer = await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = store, Threads = 1 }, ct: Token))
        {
            TrainingRequest request = Request with
            {
                Data = TrainingData.Idx(_folder["data"]),
                Model = ModelSource.Json(TinyData.Model),
                GlobalBatch = 10,
                Epochs = 2,
            };
            await (await trainer.SubmitAsync(request with { Id = "j", StopAt = 5 }, Token)).WaitAsync(ct: Token);
        }

        disk.Protect(readOnly: true);
        await using IDistConvClient client = DistConvClient.OpenStore(store);
        foreach (Func<Task> change in (Func<Task>[])[() => client.GetJob("j").ExtendAsync(3, Token), () => client.GetJob("j").CancelAsync(Token)])
        {
            InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(change);
            Assert.StartsWith($"job 'j' cannot be changed in '{Path.Combine(store, "j")}' (", e.Message, StringComparison.Ordinal);
            Assert.EndsWith("): make the store writable", e.Message, StringComparison.Ordinal);
        }
    }

    private async Task<InvalidInputException> RefusedAsync(TrainingRequest request)
    {
        await using IDistConvClient client = DistConvClient.OpenStore(_folder["store"]);
        return await Assert.ThrowsAsync<InvalidInputException>(() => client.PlanAsync(request, Token));
    }
}
