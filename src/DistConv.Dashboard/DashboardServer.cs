using System.Net;
using System.Net.Sockets;
using DistConv.Client;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Dashboard.Endpoints;
using DistConv.Dashboard.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DistConv.Dashboard;

/// <summary>Serves a dashboard on a port of its own.</summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private const int MaxHeaderBytes = 16 << 10, MaxLineBytes = 8 << 10, MaxDiscardedBytes = 16 << 20;

    private readonly WebApplication _web;

    private DashboardServer(WebApplication web, string token, bool needsTokenToRead)
    {
        _web = web;
        Address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Link = new Uri($"{Reachable(Address)}#token={token}");
        NeedsTokenToRead = needsTokenToRead;
    }

    /// <summary>Where it listens, such as "http://127.0.0.1:8090/".</summary>
    public Uri Address { get; }

    /// <summary>The link for people. It carries the token behind '#', which browsers do not send.</summary>
    public Uri Link { get; }

    /// <summary>Whether reading needs the token.</summary>
    public bool NeedsTokenToRead { get; }

    /// <summary>Starts to serve.</summary>
    /// <param name="client">The jobs; not disposed with the server.</param>
    /// <param name="options">The settings; null: the defaults.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The running server, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">A setting is wrong, the port is taken, or this machine does not have the address.</exception>
    public static async Task<DashboardServer> StartAsync(IDistConvClient client, DashboardOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        options ??= new DashboardOptions();
        EnsureValid(options);
        string token = options.Token is { } given ? DashboardToken.Parse(given, "Token") : DashboardToken.Generate();
        bool needsTokenToRead = !(options.AllowsAnonymousReading ?? IPAddress.IsLoopback(options.Listen.Address));
        Guard guard = new(new AccessToken(token), new HostNames(options.AllowedHosts), needsTokenToRead);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, options));
        WebApplication web = builder.Build();
        try
        {
            ApiRoutes.Map(web, "/", client, guard, options);
            await web.StartAsync(ct);
            return new DashboardServer(web, token, needsTokenToRead);
        }
        catch (Exception e) when (Causes(e).OfType<SocketException>().FirstOrDefault() is { } reason)
        {
            await web.DisposeAsync();
            throw Refused(options.Listen, reason);
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new(TimeSpan.FromSeconds(2));
        await _web.StopAsync(now.Token);
        await _web.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions server, DashboardOptions options)
    {
        server.AddServerHeader = false;
        server.AllowSynchronousIO = false;
        KestrelServerLimits limits = server.Limits;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestLineSize = MaxLineBytes;
        limits.MaxRequestBodySize = MaxDiscardedBytes; // Handlers allow less. A body that was refused is discarded, so that its sender reads why.
        limits.RequestHeadersTimeout = options.RequestTimeout;
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        server.Listen(options.Listen, static listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void EnsureValid(DashboardOptions options)
    {
        List<SettingProblem> problems = [];
        if (options.MaxConnections is < 1 or > 10_000) problems.Add(new SettingProblem("MaxConnections", $"is {options.MaxConnections}; give 1 to 10000"));
        if (options.MaxStreams is < 1 or > 1000) problems.Add(new SettingProblem("MaxStreams", $"is {options.MaxStreams}; give 1 to 1000"));
        if (options.RequestTimeout <= TimeSpan.Zero) problems.Add(new SettingProblem("RequestTimeout", $"is {options.RequestTimeout}; give a time above 0"));
        InvalidInputException.ThrowIfAny(problems);
    }

    private static InvalidInputException Refused(IPEndPoint listen, SocketException reason) => new(
        reason.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => $"the dashboard cannot listen on {listen}: another process has this port; set the dashboard port to another one",
            SocketError.AccessDenied => $"the dashboard cannot listen on {listen}: this user may not; set the dashboard port to one above 1023",
            SocketError.AddressNotAvailable => $"the dashboard cannot listen on {listen}: this machine does not have the address; use one that it has",
            _ => $"the dashboard cannot listen on {listen}: {reason.Message.ReplaceLineEndings(" ")}",
        },
        reason);

    private static IEnumerable<Exception> Causes(Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException) yield return cause;
    }

    /// <summary>One can listen on all addresses of a machine, and not open them; localhost is one of them.</summary>
    private static Uri Reachable(Uri address) =>
        IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(address) { Host = "localhost" }.Uri
            : address;
}
