using DistConv.Cli.Tests.Support;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Client.Tests;

/// <summary>Jobs that begin with the weights of another one: what is taken, what is drawn, what is frozen.</summary>
public sealed class FineTuningTests : IDisposable
{
    private const string Base = """
        {"name": "base", "input": [6, 6, 1], "layers": [
          {"type": "conv2d", "name": "conv1", "filters": 3, "kernel": 3}, {"type": "batchnorm", "name": "bn1"}, {"type": "relu", "name": "r1"},
          {"type": "flatten", "name": "flat"}, {"type": "dense", "name": "hidden", "units": 7, "activation": "relu"},
          {"type": "dense", "name": "classes", "units": 4}, {"type": "softmax", "name": "end"}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public FineTuningTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        foreach ((string name, int index) in TinyData.FileNames.Select((name, index) => (name, index)))
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(_folder["data"], name));
            for (int i = 8; index % 2 == 1 && i < bytes.Length; i++) bytes[i] %= 2; // The same pictures in two classes.
            Directory.CreateDirectory(_folder["two"]);
            File.WriteAllBytes(Path.Combine(_folder["two"], name), bytes);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingRequest Source =>
        new() { Data = TrainingData.Idx(_folder["data"]), Model = ModelSource.Json(Base, "base"), GlobalBatch = 10, Epochs = 1, Id = "base" };

    private TrainingRequest Tuned =>
        new() { Data = TrainingData.Idx(_folder["two"]), InitialWeights = "base", ReplaceHead = true, GlobalBatch = 10, Epochs = 2, Seed = 5, Id = "tuned" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SubmitAsync_replacedHead_takesAllOtherTensorsAndDrawsTheHeadOfANewNetwork()
    {
        await using IDistConvClient client = await TrainedAsync();
        TrainingPlan plan = await client.PlanAsync(Tuned with { Freeze = ["conv*", "bn?"] }, Token);
        await (await client.SubmitAsync(plan, Token)).WaitAsync(ct: Token);

        Dictionary<string, float[]> source = Tensors("base"), begun = Tensors("tuned", step: 0), ended = Tensors("tuned");
        using var fresh = SnapshotNetwork.Untrained(plan.Model.Model, seed: 5, KernelSets.Supported[0]);
        Dictionary<string, float[]> drawn = fresh.Network.Tensors.ToDictionary(tensor => tensor.Name, tensor => fresh.Values(tensor).ToArray());
        Assert.Equal([7 * 2, 2], new[] { "classes/kernel", "classes/bias" }.Select(name => begun[name].Length));
        foreach ((string name, float[] values) in begun)
        {
            bool isHead = name.StartsWith("classes/", StringComparison.Ordinal), isFrozen = name[..2] is "co" or "bn";
            Assert.Equal((isHead ? drawn : source)[name], values);
            Assert.Equal(isFrozen, values.SequenceEqual(ended[name]));
        }

        Assert.Contains(
            "weights of job base, snapshot of step 21: 8 tensors taken (hidden/kernel, hidden/bias, conv1/kernel, conv1/bias, bn1/gamma, bn1/beta and 2 more); "
                + "drawn anew from seed 5: classes/kernel, classes/bias",
            plan.Notes);
        Assert.Contains("frozen: conv1, bn1", plan.Notes);
        Assert.Equal(["conv1", "bn1"], plan.Specification.ReadModel().Layers.Where(layer => !layer.IsTrainable).Select(layer => layer.Name));
    }

    [Fact]
    public async Task SubmitAsync_snapshotFileOfTheJob_isTheSameJobAsItsName()
    {
        await using IDistConvClient client = await TrainedAsync();
        string file = new JobStore(_folder["jobs"]).Open("base").Snapshots()[^1].Path;

        TrainingPlan named = await client.PlanAsync(Tuned with { InitialWeights = "base@last" }, Token), read = await client.PlanAsync(
            Tuned with { InitialWeights = file }, Token);

        Assert.Equal(named.Specification, read.Specification);
        Assert.NotEqual(named.Specification, (await client.PlanAsync(Tuned with { InitialWeights = "base@0" }, Token)).Specification);
    }

    [Fact]
    public async Task PlanAsync_frozenUntilAnEpochAndRates_areResolvedToLayers()
    {
        await using IDistConvClient client = await TrainedAsync();
        LayerRate[] rates = [new() { Layer = "*", Factor = 0.1f }, new() { Layer = "classes", Factor = 1 }];
        TrainingRequest request = Tuned with { Freeze = ["conv1", "bn1"], FreezeUntilEpoch = 2, LayerRates = rates };

        JobSpec spec = (await client.PlanAsync(request, Token)).Specification;

        Assert.Equal((2, "conv1 bn1"), (spec.FreezeUntilEpoch!.Value, string.Join(' ', spec.FrozenLayers!)));
        Assert.All(spec.ReadModel().Layers, layer => Assert.True(layer.IsTrainable));
        Assert.Equal(["conv1 0.1", "bn1 0.1", "hidden 0.1"], spec.LayerRates!.Select(rate => $"{rate.Layer} {rate.Factor}"));
        await (await client.SubmitAsync(Tuned with { Freeze = ["conv1", "bn1"] }, Token)).WaitAsync(ct: Token);
        JobSpec thawed = (await client.PlanAsync(Tuned with { InitialWeights = "tuned", ReplaceHead = false, Freeze = ["none"] }, Token)).Specification;
        Assert.All(thawed.ReadModel().Layers, layer => Assert.True(layer.IsTrainable));
    }

    [Fact]
    public async Task PlanAsync_settingsThatAreWrong_areNamedAtOnceWithSuggestions()
    {
        await using IDistConvClient client = await TrainedAsync();
        TrainingRequest request = new()
        {
            Data = Source.Data,
            Model = Source.Model,
            ReplaceHead = true,
            Freeze = ["cnov*", "flat"],
            FreezeUntilEpoch = 1,
            LayerRates = [new LayerRate { Layer = "hiden", Factor = 0 }],
        };

        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => client.PlanAsync(request, Token));

        Assert.Equal(
            [
                "replaceHead is set, but nothing gives the other layers' weights; name initial weights too",
                "freezeUntilEpoch is 1; give 2 to 1000000",
                "freeze has 'cnov*', which fits no layer with weights of model 'base'; it has conv1, bn1, hidden, classes; did you mean 'conv*'?",
                "freeze has 'flat', which fits no layer with weights of model 'base'; it has conv1, bn1, hidden, classes",
                "layerRates has 'hiden', which fits no layer with weights of model 'base'; it has conv1, bn1, hidden, classes; did you mean 'hidden'?",
                "layerRates has the factor 0 for 'hiden'; give a number above 0 and at most 1000, or freeze the layer",
            ],
            e.Problems.Select(problem => problem.ToString()));
        await RefusedAsync(client, "freezeUntilEpoch is set, but no layer is frozen", Source with { FreezeUntilEpoch = 2 });
        await RefusedAsync(client, "modelJson has nothing to train", Source with { Freeze = ["*"] });
        await RefusedAsync(client, "frozenLayers has every layer with weights", Source with { Freeze = ["*"], FreezeUntilEpoch = 2 });
        await RefusedAsync(
            client, "layerRates names frozen layers only", Source with { Freeze = ["c*"], LayerRates = [new() { Layer = "conv1", Factor = 2 }] });
    }

    [Fact]
    public async Task PlanAsync_weightsThatDoNotFit_areAllListedWithTheRemedy()
    {
        await using IDistConvClient client = await TrainedAsync();
        string wider = Base.Replace("\"filters\": 3", "\"filters\": 5", StringComparison.Ordinal);
        string merged = Base.Replace("{\"type\": \"softmax\"", "{\"type\": \"add\", \"inputs\": [\"classes\", \"classes\"]}, {\"type\": \"softmax\"",
            StringComparison.Ordinal);

        await RefusedAsync(
            client, "model 'base' of the initial weights ends with 4 classes but data 'idx' has 2; replace the head", Tuned with { ReplaceHead = false });
        await RefusedAsync(
            client,
            "'job base, snapshot of step 21': tensor 'conv1/kernel' has the shape [3, 3, 1, 3]; layer 'conv1' needs [3, 3, 1, 5]; tensor 'conv1/bias' has "
                + "the shape [3]; layer 'conv1' needs [5]; tensor 'bn1/gamma' has",
            Tuned with { Model = ModelSource.Json(wider, "base") });
        await RefusedAsync(
            client, "initialWeights is 'bose', which is no file, and no job either: job 'bose' is not in the store", Tuned with { InitialWeights = "bose" });
        await RefusedAsync(client, "weights 'w.npz' do not exist", Tuned with { InitialWeights = "w.npz" });
        await RefusedAsync(client, "the head of model 'base' cannot be replaced: layer 'add1' (add) merges several branches", Tuned with
        {
            Model = ModelSource.Json(merged, "base"),
        });
    }

    private static async Task RefusedAsync(IDistConvClient client, string expected, TrainingRequest request)
    {
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => client.PlanAsync(request, Token));
        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
    }

    private async Task<IDistConvClient> TrainedAsync()
    {
        IDistConvClient client = await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = _folder["jobs"], Threads = 1 }, ct: Token);
        await (await client.SubmitAsync(Source, Token)).WaitAsync(ct: Token);
        return client;
    }

    private Dictionary<string, float[]> Tensors(string job, long? step = null)
    {
        JobFolder folder = new JobStore(_folder["jobs"]).Open(job);
        Snapshot snapshot = folder.ReadSnapshot(step is null ? folder.Snapshots()[^1] : folder.Snapshots().Single(head => head.Step == step));
        return snapshot.Tensors.Where(tensor => tensor.IsOfNetwork).ToDictionary(tensor => tensor.Name, tensor => tensor.Values.ToArray());
    }
}
