using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DistConv.Core;
using DistConv.Dashboard.Tests.Support;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Who may do what: tokens, host names, origins.</summary>
public sealed class AccessTests(TrainedStore trained)
{
    private const string Pause = "api/v1/jobs/j/pause";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_onLoopback_needsNoToken()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        Assert.False((bool)(await dashboard.GetAsync("api/v1/info"))["needsTokenToRead"]!);
    }

    [Fact]
    public async Task Read_whereAnonymousReadingIsOff_needsTheToken()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store, options => options.AllowsAnonymousReading = false);
        JsonNode problem = await dashboard.GetAsync("api/v1/info", HttpStatusCode.Unauthorized);
        Assert.Contains("token", (string?)problem["detail"], StringComparison.Ordinal);
        using HttpRequestMessage request = new(HttpMethod.Get, "api/v1/info");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        Assert.True((bool)(await dashboard.SendAsync(request, HttpStatusCode.OK))["needsTokenToRead"]!);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong-token-entirely")]
    [InlineData("Bearer correct-horse-batter")]
    [InlineData("Bearer correct-horse-battery2")]
    [InlineData("Basic correct-horse-battery")]
    [InlineData("correct-horse-battery")]
    public async Task Write_withoutTheToken_isRefused(string? authorization)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpRequestMessage request = new(HttpMethod.Post, Pause);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        JsonNode problem = await dashboard.SendAsync(request, HttpStatusCode.Unauthorized);
        Assert.DoesNotContain(RunningDashboard.Token, problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_withAWrongToken_isRefusedEvenWhereNoneIsNeeded()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        using HttpRequestMessage request = new(HttpMethod.Get, "api/v1/info");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer wrong-token-entirely");
        await dashboard.SendAsync(request, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("api/v1/info?token=anything")]
    [InlineData("api/v1/info?access_token=anything")]
    [InlineData("api/v1/jobs?x=correct-horse-battery")]
    [InlineData("?Token=correct-horse-battery")]
    public async Task Request_withATokenInTheAddress_isRefused(string address)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        JsonNode problem = await dashboard.GetAsync(address, HttpStatusCode.BadRequest);
        Assert.DoesNotContain(RunningDashboard.Token, problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost.evil.example:80", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost:1", HttpStatusCode.OK)]
    [InlineData("LOCALHOST", HttpStatusCode.OK)]
    [InlineData("[::1]:8090", HttpStatusCode.OK)]
    [InlineData("10.0.0.7", HttpStatusCode.OK)]
    [InlineData("train.example:8090", HttpStatusCode.OK)]
    public async Task Request_underAName_isAnsweredIfTheNameIsAllowed(string host, HttpStatusCode expected)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store, options => options.AllowedHosts = ["train.example"]);
        foreach (string path in (string[])["api/v1/info", "api/v1/jobs"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.Host = host;
            await dashboard.SendAsync(request, expected);
        }
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Request_fromAnotherOrigin_isRefusedEvenWithTheToken(string header, string value)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        foreach ((HttpMethod method, string path) in ((HttpMethod, string)[])[(HttpMethod.Get, "api/v1/jobs"), (HttpMethod.Post, Pause)])
        {
            using HttpRequestMessage request = new(method, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
            request.Headers.TryAddWithoutValidation(header, value);
            await dashboard.SendAsync(request, HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Answers_ofPageAndApi_haveTheHeadersThatBrowsersObey()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        foreach (string path in (string[])["", "api/v1/info", "nothing"])
        {
            using HttpResponseMessage response = await dashboard.Http.GetAsync(path, Stop);
            Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task Link_ofAServer_carriesTheTokenWhereBrowsersDoNotSendIt()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        Assert.Equal(($"#token={RunningDashboard.Token}", ""), (dashboard.Link.Fragment, dashboard.Link.Query));
    }

    [Fact]
    public async Task StartAsync_wrongSettings_saysWhatWouldBeRight()
    {
        await using RunningDashboard first = await RunningDashboard.OverAsync(trained.Store);
        InvalidInputException taken = await Assert.ThrowsAsync<InvalidInputException>(
            () => RunningDashboard.OverAsync(trained.Store, options => options.Listen = first.EndPoint));
        Assert.Equal($"the dashboard cannot listen on {first.EndPoint}: another process has this port; set the dashboard port to another one", taken.Message);
        InvalidInputException token = await Assert.ThrowsAsync<InvalidInputException>(
            () => RunningDashboard.OverAsync(trained.Store, options => options.Token = "short-secret"));
        Assert.Equal("Token has 12 characters; give a token of 16 to 256 characters", token.Message);
        InvalidInputException limits = await Assert.ThrowsAsync<InvalidInputException>(
            () => RunningDashboard.OverAsync(trained.Store, options => (options.MaxConnections, options.MaxStreams) = (0, 0)));
        Assert.Equal(["MaxConnections", "MaxStreams"], limits.Problems.Select(problem => problem.Setting));
    }

    [Fact]
    public void Generate_twice_givesTokensThatNobodyGuesses()
    {
        string one = DashboardToken.Generate(), other = DashboardToken.Generate();
        Assert.NotEqual(one, other);
        Assert.Equal((43, one), (one.Length, DashboardToken.Parse($" {one}\n", "file")));
    }
}
