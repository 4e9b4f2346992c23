using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>The dashboard over a cluster of real processes: in a client, and in a silo.</summary>
public sealed class DashboardClusterTests : IDisposable
{
    private const string Token = "correct-horse-battery";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new() { ["DISTCONV_DASHBOARD_TOKEN"] = Token };

    public DashboardClusterTests() => TinyData.WriteIdx(_folder["data"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dashboard_ofAClusterWhoseSiloIsKilled_tellsThatAndTheJobGoesOnToItsEnd()
    {
        using ServedSilo host = new(
            _folder.FullPath, _environment, "--host-membership", "127.0.0.1:0", "--store", _folder["jobs"], "--data-dir", _folder["data"], "--dashboard", "0");
        string address = (await host.LineAsync("hosts the list of silos at "))["this silo hosts the list of silos at ".Length..].Split(',')[0];
        await host.ReadyAsync();
        string line = await host.LineAsync("dashboard: ");
        Assert.DoesNotContain(Token, line, StringComparison.Ordinal);
        using ServedSilo other = new(_folder.FullPath, null, "--cluster", address, "--store", _folder["jobs"], "--data-dir", _folder["data"]);
        await other.ReadyAsync();
        using DistConvProcess client = DistConvProcess.Start(_folder.FullPath, _environment, ["dashboard", "--cluster", address, "--port", "0"]);
        using HttpClient inSilo = Http(line), inClient = Http(await client.ReadOutputLineAsync(Stop));
        Assert.Equal("cluster", (string?)JsonNode.Parse(await inClient.GetStringAsync("api/v1/info", Stop))!["source"]!["kind"]);

        JsonObject request = new()
        {
            ["data"] = $"idx:{_folder["data"]}",
            ["modelJson"] = TinyData.Model,
            ["batch"] = 10,
            ["shards"] = 6,
            ["id"] = "m",
            ["epochs"] = 100_000,
        };
        using HttpResponseMessage started = await inClient.PostAsync("api/v1/jobs", Json(request), Stop);
        Assert.True((int)started.StatusCode == 201, await started.Content.ReadAsStringAsync(Stop));
        using StreamReader events = await OpenAsync(inClient, "m"), eventsOfSilo = await OpenAsync(inSilo, "m");
        await UntilAsync(events, "\"silos\":2");
        await UntilAsync(eventsOfSilo, "event: steps");
        other.Process.Kill();
        await UntilAsync(events, "\"kind\":\"siloLost\"");
        await UntilAsync(eventsOfSilo, "\"silos\":1");
        await UntilAsync(events, "event: steps");
        using HttpResponseMessage cancelled = await inSilo.PostAsync("api/v1/jobs/m/cancel", Json([]), Stop);
        Assert.Equal(202, (int)cancelled.StatusCode);
        await UntilAsync(events, "\"kind\":\"cancelled\"");
        JsonNode machines = JsonNode.Parse(await inClient.GetStringAsync("api/v1/machines", Stop))!;
        Assert.Empty(machines["jobs"]!.AsArray());
        JsonNode kernels = JsonNode.Parse(await inClient.GetStringAsync("api/v1/jobs/m/kernels/conv1", Stop))!;
        Assert.Equal(await inSilo.GetStringAsync("api/v1/jobs/m/kernels/conv1", Stop), kernels.ToJsonString());
    }

    private static HttpClient Http(string line)
    {
        HttpClient http = new() { BaseAddress = new Uri(line.Split(' ')[1]) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    private static StringContent Json(JsonObject json) => new(json.ToJsonString(), Encoding.UTF8, "application/json");

    private static async Task<StreamReader> OpenAsync(HttpClient http, string job)
    {
        HttpResponseMessage response = await http.GetAsync($"api/v1/events?jobs={job}", HttpCompletionOption.ResponseHeadersRead, Stop);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
    }

    private static async Task UntilAsync(StreamReader events, string fragment)
    {
        string? line;
        do line = await events.ReadLineAsync(Stop) ?? throw new EndOfStreamException($"the stream ended before '{fragment}'");
        while (!line.Contains(fragment, StringComparison.Ordinal));
    }
}
