using System.Net;
using System.Text.Json.Nodes;
using DistConv.Cli.Tests.Support;
using DistConv.Client;
using DistConv.Dashboard.Tests.Support;
using DistConv.Silo.Embedded;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Planning, starting, pausing, resuming, extending, comparing.</summary>
public sealed class ControlTests(TrainedStore trained) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Escaped => TinyData.Model.ReplaceLineEndings(" ").Replace("\"", "\\\"", StringComparison.Ordinal);

    private string Request => $$"""{"data": "idx:{{trained.Data}}", "model": "tiny", "modelJson": "{{Escaped}}", "batch": 10, "id": "m" """;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plan_request_tellsStepsSettingsAndReasons()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode plan = await dashboard.PostAsync("api/v1/plan", Request + "}");
        Assert.Equal((210, 21, 226), ((int)plan["totalSteps"]!, (int)plan["stepsPerEpoch"]!, (int)plan["parameters"]!));
        JsonNode seed = plan["settings"]!.AsArray().Single(setting => (string?)setting!["name"] == "seed")!;
        Assert.Equal(("1", "the default"), ((string?)seed["value"], (string?)seed["reason"]));
        Assert.Contains(plan["warnings"]!.AsArray(), warning => ((string)warning!).StartsWith("10 epochs, because", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"epochs": 0, "batch": 0, "shards": 0}""", "epochs", "globalBatch", "shards")]
    [InlineData("""{"epoch": 3, "modell": "x"}""", "epoch", "modell")]
    [InlineData("""{"epochs": "three"}""", "epochs")]
    [InlineData("""{"optimizer": "adm"}""", "optimizer.name")]
    [InlineData("""{"loss": "mse"}""", "loss")]
    [InlineData("""{"labelSmoothing": 2}""", "labelSmoothing")]
    [InlineData("""{"classWeights": "balance"}""", "classWeights")]
    [InlineData("""{"augmentation": "flop"}""", "augmentation")]
    [InlineData("""{"optimizer": "adam", "momentum": 0.5}""", "optimizer.momentum")]
    [InlineData("""{"schedule": "step:2"}""", "schedule")]
    [InlineData("""{"model": "/etc/passwd"}""", "model")]
    public async Task Plan_wrongSettings_namesAllOfThem(string json, params string[] settings)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode problem = await dashboard.PostAsync("api/v1/plan", json, HttpStatusCode.BadRequest);
        Assert.Equal(settings, problem["problems"]!.AsArray().Select(one => (string?)one!["setting"]));
        Assert.Empty(dashboard.Warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"data": "nothing-of-this-name"}""")]
    public async Task Plan_noRequest_isRefused(string json)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        await dashboard.PostAsync("api/v1/plan", json, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Control_ofAStoreThatNothingTrains_saysSo()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        await dashboard.PostAsync("api/v1/jobs", Request + "}", HttpStatusCode.Conflict);
        await dashboard.PostAsync("api/v1/jobs/j/pause", "{}", HttpStatusCode.Conflict);
        await dashboard.PostAsync("api/v1/jobs/none/pause", "{}", HttpStatusCode.NotFound);
        await dashboard.PostAsync("api/v1/jobs/j/extend", """{"epochs": "x"}""", HttpStatusCode.BadRequest);
        await dashboard.PostAsync("api/v1/jobs/j/extend", """{"epochs": 1}""", HttpStatusCode.BadRequest);
        Assert.Empty(dashboard.Warnings);
    }

    /// <summary>A store that nothing trains can be labelled, too.</summary>
    [Fact]
    public async Task Labels_ofAJob_areStoredAndShown()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode row = await dashboard.PostAsync("api/v1/jobs/k/labels", """{"tags": ["baseline", "b"], "note": "second\nline"}""", HttpStatusCode.Accepted);
        Assert.Equal(["baseline", "b"], row["tags"]!.AsArray().Select(tag => (string?)tag));
        JsonNode listed = (await dashboard.GetAsync("api/v1/jobs"))["jobs"]!.AsArray().Single(one => (string?)one!["id"] == "k")!;
        Assert.Equal("second\nline", (string?)listed["note"]);
        JsonNode problem = await dashboard.PostAsync("api/v1/jobs/k/labels", """{"tags": ["no good"], "note": ""}""", HttpStatusCode.BadRequest);
        Assert.Equal("tags", (string?)problem["problems"]!.AsArray().Single()!["setting"]);
        await dashboard.PostAsync("api/v1/jobs/k/labels", """{"tags": [null], "note": ""}""", HttpStatusCode.BadRequest);
        await dashboard.PostAsync("api/v1/jobs/k/labels", """{"tags": "x"}""", HttpStatusCode.BadRequest);
        await dashboard.PostAsync("api/v1/jobs/none/labels", """{"tags": [], "note": ""}""", HttpStatusCode.NotFound);
        await dashboard.PostAsync("api/v1/jobs/k/labels", """{"tags": [], "note": ""}""", HttpStatusCode.Accepted);
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Start_pauseResumeExtend_endWithTheBitsOfOneRun()
    {
        await using IDistConvClient client = await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = _folder["jobs"], Threads = 1 }, ct: Stop);
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync(client);
        Assert.True((bool)(await dashboard.GetAsync("api/v1/info"))["canStart"]!);
        JsonNode started = await dashboard.PostAsync("api/v1/jobs", Request + ", \"epochs\": 1}", HttpStatusCode.Created);
        Assert.Equal("m", (string?)started["id"]);
        TrainingJob job = client.GetJob("m");
        await job.WaitAsync(ct: Stop);
        JsonNode row = await dashboard.PostAsync("api/v1/jobs/m/extend", """{"epochs": 2}""", HttpStatusCode.Accepted);
        Assert.Equal(42, (int)row["totalSteps"]!);
        await job.WaitAsync(ct: Stop);

        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        using TrainedModel whole = await store.GetJob("j").OpenModelAsync(SnapshotChoice.Last, ct: Stop);
        using TrainedModel parts = await job.OpenModelAsync(SnapshotChoice.Last, ct: Stop);
        Assert.Equal(whole.WeightsDigest, parts.WeightsDigest);

        await dashboard.PostAsync("api/v1/jobs", Request.Replace("\"m\"", "\"n\"", StringComparison.Ordinal) + ", \"epochs\": 2000}", HttpStatusCode.Created);
        await dashboard.PostAsync("api/v1/jobs/n/pause", "{}", HttpStatusCode.Accepted);
        Assert.Equal(Training.Jobs.JobState.Paused, (await client.GetJob("n").WaitAsync(ct: Stop)).State);
        row = await dashboard.PostAsync("api/v1/jobs/n/resume", "{}", HttpStatusCode.Accepted);
        Assert.Equal("running", (string?)row["state"]);
        await dashboard.PostAsync("api/v1/jobs/n/cancel", "{}", HttpStatusCode.Accepted);
        Assert.Equal(Training.Jobs.JobState.Cancelled, (await client.GetJob("n").WaitAsync(ct: Stop)).State);
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Compare_jobsOfDifferentSeeds_marksTheSeedAndTheFirstDifferentStep()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode comparison = await dashboard.GetAsync("api/v1/compare?jobs=j,k");
        JsonNode[] different = [.. comparison["settings"]!.AsArray().Where(setting => (bool)setting!["differs"]!).Select(setting => setting!)];
        Assert.Equal("seed", (string?)different.Single()["name"]);
        Assert.Equal(["1", "2"], different[0]["values"]!.AsArray().Select(value => (string?)value));
        Assert.Equal(0, (long)comparison["firstDifferentStep"]!);
        JsonNode steps = comparison["figures"]!.AsArray().Single(figure => (string?)figure!["name"] == "steps")!;
        Assert.Equal([42.0, 42.0], steps["values"]!.AsArray().Select(value => (double)value!));
        Assert.Null((await dashboard.GetAsync("api/v1/compare?jobs=j,j"))["firstDifferentStep"]);
        await dashboard.GetAsync("api/v1/compare?jobs=j", HttpStatusCode.BadRequest);
        await dashboard.GetAsync("api/v1/compare?jobs=j,none", HttpStatusCode.NotFound);
    }
}
