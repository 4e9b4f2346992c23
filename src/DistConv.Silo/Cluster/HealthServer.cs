using System.Net;
using System.Text.Json;
using DistConv.Client.Clusters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace DistConv.Silo.Cluster;

/// <summary>
/// Serves <c>/health/live</c> and <c>/health/ready</c>: 200 or 503, with the same few bytes of JSON; and <c>/metrics</c>, if it is asked to. A web host of
/// its own, so that it answers before the silo starts and while it drains.
/// </summary>
internal sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private HealthServer(WebApplication web)
    {
        _web = web;
        Address = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    /// <summary>Where it is served, such as "http://0.0.0.0:8080".</summary>
    public string Address { get; }

    /// <summary>Starts to serve.</summary>
    /// <param name="endpoint">Where; port 0: a free one.</param>
    /// <param name="health">What.</param>
    /// <param name="metrics">What <c>/metrics</c> serves; null: nothing.</param>
    /// <param name="warn">Gets warnings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="Core.InvalidInputException">The port is taken, or this machine does not have the address.</exception>
    public static async Task<HealthServer> StartAsync(
        IPEndPoint endpoint, SiloHealth health, MeterProvider? metrics, Action<string> warn, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new LineLoggerProvider(warn));
        builder.Logging.AddFilter("Microsoft", LogLevel.Error);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(endpoint);
        });
        WebApplication web = builder.Build();
        web.MapGet("/health/live", context => WriteAsync(context, health.IsLive, health.Report));
        web.MapGet("/health/ready", context => WriteAsync(context, health.IsReady, health.Report));
        if (metrics is not null) web.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, null, "/metrics", null, null);
        try
        {
            using (ServerPort.Keep(endpoint, "health"))
            {
                // It is free: whatever Kestrel meets now is no mistake of the user.
            }

            await web.StartAsync(cancellationToken);
            return new HealthServer(web);
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private static Task WriteAsync(HttpContext context, bool isWell, HealthReport report)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(report, HealthJson.Default.HealthReport), context.RequestAborted).AsTask();
    }
}
