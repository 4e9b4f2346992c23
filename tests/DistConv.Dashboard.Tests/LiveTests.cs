using System.Net;
using System.Text.Json.Nodes;
using DistConv.Cli.Tests.Support;
using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Live;
using DistConv.Dashboard.Series;
using DistConv.Dashboard.Tests.Support;
using DistConv.Silo.Embedded;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Event streams: nothing is lost or told twice, and nobody has to wait for a slow reader.</summary>
public sealed class LiveTests(TrainedStore trained) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stream_whileAJobTrains_hasEveryStepOnceAndItsEnd()
    {
        await using IDistConvClient client = await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = _folder["jobs"], Threads = 1 }, ct: Stop);
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync(client);
        await client.SubmitAsync(TrainedStore.Request(trained.Data, "m") with { Epochs = 20 }, Stop);
        using EventReader reader = await EventReader.OpenAsync(dashboard, "?jobs=m&after=0-0-0");
        List<ServerEvent> events = await reader.UntilAsync(one => one.Name == "status" && (string?)one.Data["state"] == "done");
        long[] steps = [.. events.Where(one => one.Name == "steps").SelectMany(one => one.Data["rows"]!.AsArray()).Select(row => (long)row![0]!)];
        Assert.Equal(Enumerable.Range(0, 420).Select(step => (long)step), steps);
        Assert.All(events.Where(one => one.Name is "steps" or "status"), one => Assert.StartsWith("m:", one.Id, StringComparison.Ordinal));
        JsonNode row = events.Last(one => one.Name == "steps").Data;
        Assert.Equal(
            ["loss", "accuracy", "rate", "samples", "seconds", "compute", "exchange", "reduce", "update"],
            row["columns"]!.AsArray().Select(name => (string?)name));
        Assert.Contains(events, one => one.Name == "epoch");
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Stream_goneOnWithTheLastId_hasTheStepsThatWereMissed()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using EventReader all = await EventReader.OpenAsync(dashboard, "?jobs=j&after=0-0-0");
        ServerEvent first = (await all.UntilAsync(one => one.Name == "steps"))[^1];
        Assert.Equal(42, first.Data["rows"]!.AsArray().Count);
        using EventReader none = await EventReader.OpenAsync(dashboard, "?jobs=j&after=0-0-0", first.Id);
        ServerEvent next = await none.NextAsync();
        Assert.Equal(("status", first.Id), (next.Name, next.Id));
        Assert.Equal(("j", "j", "done"), ((string?)next.Data["id"], (string?)next.Data["job"], (string?)next.Data["state"]));

        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        RecordPage page = await store.GetJob("j").ReadPageAsync(ct: Stop);
        using EventReader rest = await EventReader.OpenAsync(dashboard, $"?jobs=j&after={page.Entries.First(entry => entry.Step?.Step == 29).After}");
        ServerEvent steps = (await rest.UntilAsync(one => one.Name == "steps"))[^1];
        Assert.Equal(Enumerable.Range(30, 12).Select(step => (long)step), steps.Data["rows"]!.AsArray().Select(row => (long)row![0]!));
    }

    [Fact]
    public async Task Stream_fromAPositionOfAnotherRecord_tellsToReadAgain()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using EventReader reader = await EventReader.OpenAsync(dashboard, "?jobs=j,k&after=7-7-7,");
        List<ServerEvent> events = await reader.UntilAsync(one => one.Name == "resync");
        Assert.Equal("j", (string?)events[^1].Data["job"]);
    }

    [Fact]
    public async Task Stream_pausedAndResumedJob_tellsBoth()
    {
        await using IDistConvClient client = await EmbeddedDistConv.StartAsync(new EmbeddedOptions { StoreDirectory = _folder["jobs"], Threads = 1 }, ct: Stop);
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync(client);
        TrainingJob job = await client.SubmitAsync(TrainedStore.Request(trained.Data, "m") with { Epochs = 1_000_000 }, Stop);
        using EventReader reader = await EventReader.OpenAsync(dashboard, "?jobs=m");
        await reader.UntilAsync(one => one.Name == "status" && (string?)one.Data["state"] == "running");
        await job.PauseAsync(Stop);
        await reader.UntilAsync(one => one.Name == "event" && (string?)one.Data["kind"] == "paused");
        await job.ResumeAsync(Stop);
        List<ServerEvent> events = await reader.UntilAsync(one => one.Name == "event" && (string?)one.Data["kind"] == "resumed");
        Assert.Equal("m", (string?)events[^1].Data["job"]);
        await reader.UntilAsync(one => one.Name == "steps");
        await job.CancelAsync(Stop);
        await reader.UntilAsync(one => one.Name == "event" && (string?)one.Data["kind"] == "cancelled");
        await reader.UntilAsync(one => one.Name == "jobs");
        Assert.Empty(dashboard.Warnings);
    }

    [Fact]
    public async Task Streams_beyondTheLimit_areRefusedUntilOneEnds()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store, options => options.MaxStreams = 2);
        using EventReader one = await EventReader.OpenAsync(dashboard, "?jobs=j"), other = await EventReader.OpenAsync(dashboard, "");
        await one.NextAsync();
        using HttpResponseMessage refused = await dashboard.Http.GetAsync("api/v1/events?jobs=j", Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("5", refused.Headers.RetryAfter?.ToString());
        await dashboard.GetAsync("api/v1/jobs/j");
    }

    [Theory]
    [InlineData("?jobs=none", HttpStatusCode.NotFound)]
    [InlineData("?jobs=j,j", HttpStatusCode.BadRequest)]
    [InlineData("?jobs=j&after=x", HttpStatusCode.BadRequest)]
    [InlineData("?jobs=j&after=1-1-1,1-1-1", HttpStatusCode.BadRequest)]
    [InlineData("?job=j", HttpStatusCode.BadRequest)]
    public async Task Stream_malformedQuery_isRefused(string query, HttpStatusCode expected)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        await dashboard.GetAsync("api/v1/events" + query, expected);
    }

    [Fact]
    public async Task History_ofAJob_hasItsEventsAndTheCursorOfItsSeries()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode history = await dashboard.GetAsync("api/v1/jobs/j/events");
        string?[] kinds = [.. history["events"]!.AsArray().Select(one => (string?)one!["kind"])];
        Assert.Equal(["started", "evaluation", "evaluation", "done"], kinds.Where(kind => kind != "snapshot"));
        SeriesBytes series = new(await dashboard.Http.GetByteArrayAsync("api/v1/jobs/j/series", Stop));
        Assert.Equal((string?)series.Header["cursor"], (string?)history["cursor"]);
    }

    [Fact]
    public void LiveStream_slowReader_isToldToReadAgainAndHoldsABoundedNumber()
    {
        LiveStream stream = new(new Dictionary<string, RecordCursor?> { ["j"] = null });
        Assert.Empty(stream.TakeMissed());
        for (int i = 0; i < 10_000; i++) stream.Send(LiveMessage.Of("snapshot", new SnapshotEvent("j", i), DashboardJson.Default.SnapshotEvent));
        int kept = 0;
        while (stream.Messages.TryRead(out _)) kept++;
        Assert.Equal(LiveStream.Capacity, kept);
        Assert.Equal(["resync", "jobs"], stream.TakeMissed().Select(message => message.Name));
        Assert.Empty(stream.TakeMissed());
    }

    [Fact]
    public void StepRows_moreThanAMessageHolds_areAWordToReadAgain()
    {
        StepEntry[] steps = [.. Enumerable.Range(0, StepRows.MaxRows + 1).Select(step => new StepEntry(step, 1, 1, 10, 1, [], 0.1f))];
        Assert.Equal("resync", StepRows.Message("j", steps, default).Name);
        Assert.Equal("steps", StepRows.Message("j", steps[1..], default).Name);
    }

    [Fact]
    public async Task LiveHub_whenTheLastReaderGoes_watchesNothing()
    {
        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        LiveHub hub = new(store, new SeriesCache(), new DashboardOptions());
        Assert.Equal((0, 0), (hub.Streams, hub.Feeds));
        LiveStream one = hub.TryOpen(new Dictionary<string, RecordCursor?> { ["j"] = null, ["k"] = null })!;
        LiveStream other = hub.TryOpen(new Dictionary<string, RecordCursor?> { ["j"] = null })!;
        Assert.Equal((2, 2), (hub.Streams, hub.Feeds));
        await other.Messages.WaitToReadAsync(Stop);
        hub.Close(one);
        Assert.Equal((1, 1), (hub.Streams, hub.Feeds));
        hub.Close(other);
        Assert.Equal((0, 0), (hub.Streams, hub.Feeds));
    }
}
