using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DistConv.Client;
using Xunit;

namespace DistConv.Dashboard.Tests.Support;

/// <summary>A dashboard on a free port, and how to ask it.</summary>
internal sealed class RunningDashboard : IAsyncDisposable
{
    /// <summary>The token.</summary>
    public const string Token = "correct-horse-battery";

    private readonly IDistConvClient _client;
    private readonly DashboardServer _server;

    private RunningDashboard(IDistConvClient client, DashboardServer server)
    {
        (_client, _server) = (client, server);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
    }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Http { get; }

    /// <summary>What the dashboard warned about: its own faults.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, _server.Address.Port);

    /// <summary>The link for people.</summary>
    public Uri Link => _server.Link;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts one over a client that is disposed with it.</summary>
    public static async Task<RunningDashboard> StartAsync(IDistConvClient client, Action<DashboardOptions>? configure = null)
    {
        List<string> warnings = [];
        DashboardOptions options = new() { Listen = new IPEndPoint(IPAddress.Loopback, 0), Token = Token, Warn = warnings.Add };
        configure?.Invoke(options);
        RunningDashboard dashboard = new(client, await DashboardServer.StartAsync(client, options, Stop));
        dashboard.Warnings.AddRange(warnings);
        options.Warn = dashboard.Warnings.Add;
        return dashboard;
    }

    /// <summary>Starts one over a store.</summary>
    public static Task<RunningDashboard> OverAsync(string store, Action<DashboardOptions>? configure = null) =>
        StartAsync(DistConvClient.OpenStore(store), configure);

    /// <summary>Asks for JSON.</summary>
    public async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        return await SendAsync(request, expected);
    }

    /// <summary>Sends JSON, with the token.</summary>
    public async Task<JsonNode> PostAsync(string path, string json, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return await SendAsync(request, expected);
    }

    /// <summary>Sends a request and checks what every answer has.</summary>
    public async Task<JsonNode> SendAsync(HttpRequestMessage request, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await Http.SendAsync(request, Stop);
        string body = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == expected, $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {body}");
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        JsonNode json = JsonNode.Parse(body)!;
        if ((int)expected >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal((int)expected, (int)json["status"]!);
        }

        return json;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await _client.DisposeAsync();
    }
}
