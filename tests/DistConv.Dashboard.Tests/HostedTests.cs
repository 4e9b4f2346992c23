using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DistConv.Client.Hosting;
using DistConv.Core;
using DistConv.Dashboard.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>A dashboard inside another host, under a path.</summary>
public sealed class HostedTests(TrainedStore trained)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MapDistConvDashboard_underAPath_answersThereAndNeedsTheTokenToRead()
    {
        await using WebApplication app = Build();
        app.MapDistConvDashboard("/distconv", new DashboardOptions { Token = RunningDashboard.Token });
        await app.StartAsync(Stop);
        using HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        using HttpResponseMessage refused = await http.GetAsync("distconv/api/v1/jobs", Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningDashboard.Token);
        JsonNode jobs = JsonNode.Parse(await http.GetStringAsync("distconv/api/v1/jobs", Stop))!;
        Assert.Equal(2, jobs["jobs"]!.AsArray().Count);
        using HttpResponseMessage elsewhere = await http.GetAsync("api/v1/jobs", Stop);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using HttpResponseMessage moved = await http.GetAsync("distconv", Stop);
        Assert.Equal((HttpStatusCode.PermanentRedirect, "/distconv/"), (moved.StatusCode, moved.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("distconv", RunningDashboard.Token, "path is 'distconv'; give one that begins with '/', such as /distconv")]
    [InlineData("/distconv", null, "Token is missing: set one that only the users of the dashboard know")]
    [InlineData("/distconv", "short", "Token has 5 characters; give a token of 16 to 256 characters")]
    public void MapDistConvDashboard_wrongSettings_saysWhatWouldBeRight(string path, string? token, string message)
    {
        WebApplication app = Build();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => app.MapDistConvDashboard(path, new DashboardOptions { Token = token }));
        Assert.Equal(message, e.Message);
    }

    private WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddDistConvClient(options => options.StoreDirectory = trained.Store);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        return builder.Build();
    }
}
