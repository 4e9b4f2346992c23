using DistConv.Client.Security;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using DistConv.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace DistConv.Client.Clusters;

/// <summary>A client of a cluster: it finds the silos by Redis and calls them through their gateways. It takes no part in the cluster, and may die at any
/// time.</summary>
public sealed class ClusterConnection : IAsyncDisposable
{
    /// <summary>How old the list of gateways may be: a silo that has died is in it no longer than that.</summary>
    private static readonly TimeSpan _gatewayRefresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _stopPatience = TimeSpan.FromSeconds(2);

    private readonly IHost _host;
    private readonly ConnectionMultiplexer _redis;

    private ClusterConnection(IHost host, ConnectionMultiplexer redis, ClusterJobs jobs, ClusterMessage cluster) =>
        (_host, _redis, Jobs, Cluster) = (host, redis, jobs, cluster);

    /// <summary>The cluster's jobs.</summary>
    public ClusterJobs Jobs { get; }

    /// <summary>The cluster as it was when the connection was opened.</summary>
    public ClusterMessage Cluster { get; }

    /// <summary>Connects to a cluster whose silos understand this build.</summary>
    /// <param name="options">Which cluster.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>A connection to be disposed.</returns>
    /// <exception cref="ClusterUnavailableException">Redis does not answer, or no silo does.</exception>
    /// <exception cref="InvalidInputException">The cluster runs another build.</exception>
    public static async Task<ClusterConnection> OpenAsync(ClusterConnectionOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ConnectionMultiplexer redis = await ConnectAsync(options.Address, cancellation);
        IHost? host = null;
        try
        {
            host = Build(options, redis);
            await StartAsync(host, options, cancellation);
            IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();
            ClusterJobs jobs = new(key => grains.GetGrain<IJobsGrain>(key), options.Name, options.Time) { Warn = options.Warn };
            ClusterMessage cluster = await jobs.GetClusterAsync(cancellation);
            EnsureSameBuild(cluster, options.Name);
            return new ClusterConnection(host, redis, jobs, cluster);
        }
        catch
        {
            await CloseAsync(host, redis);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync(_host, _redis);

    /// <summary>Checks that a cluster's silos send what this build understands, and compute what it would.</summary>
    /// <param name="cluster">What a silo told.</param>
    /// <param name="name">The cluster in the message.</param>
    /// <exception cref="InvalidInputException">They do not.</exception>
    internal static void EnsureSameBuild(ClusterMessage cluster, string name)
    {
        string? difference = cluster.ProtocolVersion != Protocol.Version ? $"protocol version {cluster.ProtocolVersion}, and this build {Protocol.Version}"
            : cluster.NumericsVersion != NumericsVersion.Current ? $"numericsVersion {cluster.NumericsVersion}, and this build {NumericsVersion.Current}"
            : null;
        if (difference is not null) throw new InvalidInputException($"{name} has {difference}: use the build of DistConv that runs there");
    }

    /// <summary>Makes an Orleans client one of a cluster of DistConv.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">Which cluster.</param>
    /// <param name="redis">A connection to its Redis server; null: the client makes one.</param>
    internal static void Configure(IClientBuilder client, ClusterConnectionOptions options, ConnectionMultiplexer? redis = null)
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (ClusterAddress.ServiceId, options.ClusterId));
        client.UseRedisClustering(clustering =>
        {
            clustering.ConfigurationOptions = RedisConnection.Configuration(options.Address);
            if (redis is not null) clustering.CreateMultiplexer = _ => Task.FromResult<(IConnectionMultiplexer, bool)>((redis, true));
        });
        client.UseConnectionRetryFilter(new StartRetry(options));
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = _gatewayRefresh);
        client.Services.AddDistConvExceptions();
        if (options.Tls is { } tls)
        {
            RefusalLog log = new(options.Warn, options.Time);
            client.Configure<ClientConnectionOptions>(connections => connections.ConfigureConnection(
                connection => TlsOutbound.Use(connection, tls, (peer, reason) => log.Note(peer, "a connection to a silo", reason))));
        }
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(ClusterAddress address, CancellationToken cancellation)
    {
        try
        {
            return await RedisConnection.ConnectAsync(address, cancellation);
        }
        catch (RedisException e)
        {
            throw new ClusterUnavailableException(
                $"Redis at {address} does not answer: see whether it runs and this machine can reach it, or set the cluster address to another server", e);
        }
    }

    private static IHost Build(ClusterConnectionOptions options, ConnectionMultiplexer redis)
    {
        // No defaults: neither settings files nor environment variables of the working directory may change a run.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopPatience);

        // Orleans tells at length what it meets when a silo ends; what concerns a call fails that call.
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.UseOrleansClient(client => Configure(client, options, redis));
        return builder.Build();
    }

    private static async Task StartAsync(IHost host, ClusterConnectionOptions options, CancellationToken cancellation)
    {
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (OrleansException e)
        {
            throw new ClusterUnavailableException(
                $"no silo answers in {options.Name}; start one on each machine by 'distconv serve' with the same cluster address and cluster id"
                    + (options.Tls is null ? ", or show a certificate if its connections have TLS" : ", and look there for a line about a certificate"), e);
        }
    }

    private static async Task CloseAsync(IHost? host, ConnectionMultiplexer redis)
    {
        await using (redis)
        {
            await using IAsyncDisposable? disposed = host as IAsyncDisposable;
            if (host is not null) await StopAsync(host, _stopPatience);
        }
    }

    /// <summary>Takes leave of the cluster. A silo that has just died, or a busy machine, may not answer in time: the connection is given up then.</summary>
    internal static async Task StopAsync(IHost host, TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        try
        {
            await host.StopAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Its disposal closes what is open.
        }
    }
}
