using System.Net;
using System.Text.Json.Nodes;
using DistConv.Dashboard.Tests.Support;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>What the dashboard tells about jobs of a store.</summary>
public sealed class JobEndpointsTests(TrainedStore trained)
{
    [Fact]
    public async Task Info_ofStore_namesItAndWhatFormsOffer()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode info = await dashboard.GetAsync("api/v1/info");
        Assert.Equal(("store", $"store '{trained.Store}'"), ((string?)info["source"]!["kind"], (string?)info["source"]!["name"]));
        Assert.Equal((false, false), ((bool)info["canStart"]!, (bool)info["needsTokenToRead"]!));
        Assert.Contains("keras1-mnist-cnn", info["models"]!.AsArray().Select(model => (string?)model!["name"]));
        Assert.Contains("adam", info["optimizers"]!.AsArray().Select(name => (string?)name));
        Assert.NotEmpty((string?)info["version"] ?? "");
    }

    [Fact]
    public async Task Jobs_ofStore_haveStateStepsAndFigures()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonArray rows = (await dashboard.GetAsync("api/v1/jobs"))["jobs"]!.AsArray();
        Assert.Equal(["j", "k"], rows.Select(row => (string?)row!["id"]).Order());
        JsonNode row = rows.Single(row => (string?)row!["id"] == "j")!;
        Assert.Equal(("done", 42L, 42L, 2), ((string?)row["state"], (long)row["step"]!, (long)row["totalSteps"]!, (int)row["epochs"]!));
        Assert.Equal(("tiny", "adam"), ((string?)row["model"], (string?)row["optimizer"]));
        Assert.InRange((double)row["testAccuracy"]!, 0, 1);
        Assert.Null(row["samplesPerSecond"]);
        Assert.False(row.AsObject().ContainsKey("job"));
    }

    [Fact]
    public async Task Job_byId_hasLayersSpecificationAndEpochs()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode job = await dashboard.GetAsync("api/v1/jobs/j");
        Assert.Equal(["conv1", "flatten1", "dense1"], job["layers"]!.AsArray().Select(layer => (string?)layer!["name"]));
        Assert.Equal(1, job["layers"]!.AsArray().Sum(layer => (double)layer!["share"]!), 9);
        Assert.Equal([4, 4, 3], job["layers"]![0]!["output"]!.AsArray().Select(size => (int)size!));
        Assert.Equal([true, false, false], job["layers"]!.AsArray().Select(layer => (bool)layer!["hasKernels"]!));
        Assert.Equal((42, 10), ((int)job["spec"]!["totalSteps"]!, (int)job["spec"]!["globalBatch"]!));
        Assert.Equal(2, job["epochs"]!.AsArray().Count);
        Assert.Null(job["classNames"]);
        Assert.Equal("done", (string?)job["status"]!["state"]);
    }

    [Theory]
    [InlineData("api/v1/jobs/none")]
    [InlineData("api/v1/jobs/NONE")]
    [InlineData("api/v1/jobs/..%2F..%2Fetc")]
    [InlineData("api/v1/jobs/a%0d%0ab")]
    [InlineData("api/v1/nothing")]
    [InlineData("api/v2/info")]
    public async Task Get_whatIsNotThere_isNotFound(string path)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode problem = await dashboard.GetAsync(path, HttpStatusCode.NotFound);
        Assert.Equal("Not found", (string?)problem["title"]);
        Assert.Empty(dashboard.Warnings);
    }
}
