using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using DistConv.Client;
using DistConv.Dashboard.Models;
using DistConv.Dashboard.Tests.Support;
using DistConv.Filters.Kernels;
using DistConv.Images.Drawing;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Kernels, descriptions, histograms, evaluations and predictions equal what the façade gives.</summary>
public sealed class ModelTests(TrainedStore trained)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshots_ofAJob_markEpochsBestAndLast()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonArray snapshots = (await dashboard.GetAsync("api/v1/jobs/j/snapshots"))["snapshots"]!.AsArray();
        Assert.Equal([0L, 21, 42], snapshots.Select(one => (long)one!["step"]!));
        Assert.Equal([null, 1, 2], snapshots.Select(one => (int?)one!["epoch"]));
        Assert.Equal([false, false, true], snapshots.Select(one => (bool)one!["isLast"]!));
        Assert.Single(snapshots, one => (bool)one!["isBest"]!);
    }

    [Fact]
    public async Task Kernels_ofAStep_areThoseOfTheSnapshotFilterByFilter()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode reply = await dashboard.GetAsync("api/v1/jobs/j/kernels/conv1?step=21");
        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        LayerKernels layer = Assert.Single(await store.GetJob("j").ReadKernelsAsync(21, Stop));
        Assert.Equal((3, 3, 1, 3), ((int)reply["kernelHeight"]!, (int)reply["kernelWidth"]!, (int)reply["inChannels"]!, (int)reply["outChannels"]!));
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(filter => layer.Plane(0, filter)), Floats(reply["kernels"]));
        Assert.Equal(layer.LargestMagnitude(), (float)reply["scale"]!);
    }

    [Theory]
    [InlineData("kernels/conv9", HttpStatusCode.NotFound)]
    [InlineData("kernels/dense1", HttpStatusCode.NotFound)]
    [InlineData("kernels/conv1?step=5", HttpStatusCode.NotFound)]
    [InlineData("kernels/conv1?step=x", HttpStatusCode.BadRequest)]
    [InlineData("descriptions", HttpStatusCode.BadRequest)]
    [InlineData("descriptions?layer=conv9", HttpStatusCode.NotFound)]
    [InlineData("histograms?step=7", HttpStatusCode.NotFound)]
    [InlineData("evaluation?step=7", HttpStatusCode.NotFound)]
    public async Task Get_ofWhatTheJobDoesNotHave_isRefused(string path, HttpStatusCode expected)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        await dashboard.GetAsync("api/v1/jobs/j/" + path, expected);
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Descriptions_ofALayer_nameEachFilterWithItsConfidence()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode reply = await dashboard.GetAsync("api/v1/jobs/j/descriptions?layer=conv1");
        Assert.Equal((42, 0.05), ((int)reply["step"]!, (double)reply["chanceLevel"]!));
        Assert.Equal([0, 1, 2], reply["filters"]!.AsArray().Select(filter => (int)filter!["index"]!));
        Assert.All(reply["filters"]!.AsArray(), filter =>
        {
            Assert.Equal((bool)filter!["isStructured"]!, (double)filter["confidence"]! >= 0.95);
            Assert.StartsWith($"Filter {filter["index"]}: {filter["name"]}", (string?)filter["sentence"], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Histograms_ofASnapshot_countEveryWeight()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode reply = await dashboard.GetAsync("api/v1/jobs/j/histograms");
        using TrainedModel model = await OpenAsync(SnapshotChoice.Last);
        Assert.Equal(model.Weights.Select(tensor => tensor.Name), reply["layers"]!.AsArray().Select(layer => (string?)layer!["name"]));
        foreach ((ModelTensor tensor, JsonNode? layer) in model.Weights.Zip(reply["layers"]!.AsArray()))
        {
            Assert.Equal(64, layer!["counts"]!.AsArray().Count);
            Assert.Equal(tensor.Values.Length, layer["counts"]!.AsArray().Sum(count => (int)count!));
            float[] values = tensor.Values.ToArray();
            Assert.Equal((values.Min(), values.Max()), ((float)layer["min"]!, (float)layer["max"]!));
        }
    }

    [Fact]
    public async Task Evaluation_ofAJob_equalsTheOneInTraining()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode reply = await dashboard.GetAsync("api/v1/jobs/j/evaluation");
        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        JobStatus status = await store.GetJob("j").GetStatusAsync(Stop);
        Assert.Equal((42L, 40), ((long)reply["step"]!, (int)reply["testSamples"]!));
        Assert.Equal((status.Epochs[^1].TestLoss, status.Epochs[^1].TestAccuracy), ((double)reply["loss"]!, (double)reply["accuracy"]!));
        int[][] confusion = [.. reply["confusion"]!.AsArray().Select(row => row!.AsArray().Select(count => (int)count!).ToArray())];
        Assert.Equal(status.Epochs[^1].TestAccuracy, Enumerable.Range(0, 4).Sum(label => confusion[label][label]) / 40.0, 12);
        JsonArray mistakes = reply["mistakes"]!.AsArray();
        Assert.Equal(int.Min(24, 40 - Enumerable.Range(0, 4).Sum(label => confusion[label][label])), mistakes.Count);
        Assert.All(mistakes, mistake => Assert.StartsWith("iVBORw0KGgo", (string?)mistake!["picture"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Predict_pixels_givesTheProbabilitiesOfPredictAndTheMaps()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        float[] pixels = [.. Enumerable.Range(0, 36).Select(i => i / 36f)];
        JsonNode reply = await dashboard.PostAsync("api/v1/jobs/j/predict?maps=true", $$"""{"pixels": [{{string.Join(',', pixels)}}]}""");
        using TrainedModel model = await OpenAsync(SnapshotChoice.Last);
        Prediction prediction = model.PredictWithMaps(pixels, out IReadOnlyList<FeatureMaps> maps);
        Assert.Equal(prediction.Outputs, reply["outputs"]!.AsArray().Select(value => (float)value!));
        Assert.Equal(model.Predict(pixels).Outputs, prediction.Outputs);
        Assert.Equal((prediction.Top.Class, prediction.Top.Probability), ((int)reply["top"]!["index"]!, (float)reply["top"]!["probability"]!));
        Assert.Equal(pixels, Floats(reply["input"]!["pixels"]));
        JsonNode map = Assert.Single(reply["maps"]!.AsArray())!;
        Assert.Equal(("conv1", 4, 4, 3), ((string?)map["layer"], (int)map["height"]!, (int)map["width"]!, (int)map["channels"]!));
        Assert.Equal(maps[0].Values.ToArray()[1], Floats(map["values"])[16]);
        Assert.Null((await dashboard.PostAsync("api/v1/jobs/j/predict", $$"""{"pixels": [{{string.Join(',', pixels)}}]}"""))["maps"]);
    }

    [Fact]
    public async Task Predict_picture_givesWhatPredictAsyncGives()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using TrainedModel model = await OpenAsync(SnapshotChoice.Last);
        byte[] png = SamplePicture.ToPng(model.InputShape, [.. Enumerable.Range(0, 36).Select(i => i * 7 / 255f)]);
        using HttpRequestMessage request = new(HttpMethod.Post, "api/v1/jobs/j/predict") { Content = new ByteArrayContent(png) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        JsonNode reply = await dashboard.SendAsync(request, HttpStatusCode.OK);
        using MemoryStream picture = new(png);
        Assert.Equal((await model.PredictAsync(picture, Stop)).Outputs, reply["outputs"]!.AsArray().Select(value => (float)value!));
    }

    [Theory]
    [InlineData("application/json", """{"pixels": [1, 2]}""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"pixels": "x"}""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "null", HttpStatusCode.BadRequest)]
    [InlineData("image/png", "no picture", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", "x", HttpStatusCode.UnsupportedMediaType)]
    public async Task Predict_whatIsNoInput_isRefused(string type, string body, HttpStatusCode expected)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpRequestMessage request = new(HttpMethod.Post, "api/v1/jobs/j/predict") { Content = new StringContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        await dashboard.SendAsync(request, expected);
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Machines_ofAStoreInWhichNothingRuns_areNone()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode machines = await dashboard.GetAsync("api/v1/machines");
        Assert.Equal((0, 0), (machines["silos"]!.AsArray().Count, machines["jobs"]!.AsArray().Count));
    }

    [Fact]
    public async Task SharedWork_sameKey_isDoneOnceAndAFailureIsTriedAgain()
    {
        SharedWork<string, int> work = new(kept: 2);
        int runs = 0;
        Task<int> Count() => Task.FromResult(Interlocked.Increment(ref runs));
        int[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => work.GetAsync("a", Count, Stop)));
        Assert.All(results, result => Assert.Equal(1, result));
        await Assert.ThrowsAsync<IOException>(() => work.GetAsync("b", () => throw new IOException("x"), Stop));
        Assert.Equal(2, await work.GetAsync("b", Count, Stop));
        await work.GetAsync("c", Count, Stop);
        Assert.Equal(4, await work.GetAsync("a", Count, Stop));
    }

    private static float[] Floats(JsonNode? base64) => [.. MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)base64!))];

    private async Task<TrainedModel> OpenAsync(SnapshotChoice choice)
    {
        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        return await store.GetJob("j").OpenModelAsync(choice, ct: Stop);
    }
}
