using System.Net;
using DistConv.Client;
using DistConv.Client.Clusters;
using DistConv.Client.Security;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using DistConv.Silo.Exporters;
using DistConv.Training.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace DistConv.Silo.Cluster;

/// <summary>A silo of a cluster of machines: it finds the others by their rows in Redis, talks to them directly, and lets clients in through its
/// gateway.</summary>
public sealed partial class ClusterSilo : IAsyncDisposable
{
    private static readonly TimeSpan _stopPatience = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan _goodbyePatience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan _disposePatience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly DrainSignal _drain = new();
    private readonly SiloHealth _health = new(TimeProvider.System);
    private readonly ClusterSiloOptions _options;
    private HealthServer? _healthServer;
    private TelemetryExport? _export;
    private TlsFolder? _tls;
    private MembershipServer? _list;
    private ConnectionMultiplexer? _redis;
    private IHost? _host;
    private Task _heartbeat = Task.CompletedTask;
    private bool _isStarted;
    private bool _isLeftBehind;

    private ClusterSilo(ClusterSiloOptions options) => (_options, Cluster) = (options, options.Cluster);

    /// <summary>The server that keeps the membership.</summary>
    public ClusterAddress Cluster { get; private set; }

    /// <summary>Where this silo hosts the membership; null: another server does.</summary>
    public IPEndPoint? MembershipEndPoint => _list?.EndPoint;

    /// <summary>The address at which others reach it, such as 10.0.0.3:11111.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.None, 0);

    /// <summary>The port for clients.</summary>
    public int GatewayPort { get; private set; }

    /// <summary>Where health is served, such as "http://0.0.0.0:8080"; or null.</summary>
    public string? HealthAddress => _healthServer?.Address;

    /// <summary>Completes successfully when its row in the membership table has been gone for 10 s: it should stop and start again.</summary>
    public Task WhenForgotten { get; private set; } = Task.FromCanceled(new CancellationToken(canceled: true));

    /// <summary>Starts a silo: waits for Redis, joins the cluster, and is ready.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A silo that takes part in jobs; disposing it stops it.</returns>
    /// <exception cref="InvalidInputException">Store, data folder, kernel set, threads, a port or an address cannot be used.</exception>
    /// <exception cref="ClusterUnavailableException">The membership's server does not answer for a minute, refuses scripts, or cannot be joined.</exception>
    public static async Task<ClusterSilo> StartAsync(ClusterSiloOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        ClusterSilo silo = new(options);
        try
        {
            await silo.StartAsync(cancellationToken);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of this silo's cluster, in this process.</summary>
    /// <param name="data">Where data sets are; planning a job reads them.</param>
    /// <returns>A client that lives no longer than this silo.</returns>
    public IDistConvClient CreateClient(DataOptions data)
    {
        IGrainFactory grains = _host!.Services.GetRequiredService<IGrainFactory>();
        ClusterJobs jobs = new(key => grains.GetGrain<IJobsGrain>(key), $"cluster '{_options.ClusterId}' at {Cluster}", TimeProvider.System)
        {
            Warn = _options.Warn,
        };
        return new SourceClient(new ClusterSource(jobs, connection: null, _options.Warn, TimeProvider.System), data, TimeProvider.System);
    }

    /// <summary>Drains and stops: jobs go on elsewhere. It takes 25 s at most, and says goodbye to the membership table for 8 s of them at most:
    /// Redis may be gone.</summary>
    /// <returns>When others do without it.</returns>
    public async Task StopAsync()
    {
        _health.Leave();
        bool isForgotten = WhenForgotten.IsCompletedSuccessfully;
        await _stop.CancelAsync();
        if (_host is null || !_isStarted) return; // Orleans stops no silo that has not joined; disposing the host ends it.
        using var patience = new CancellationTokenSource(_stopPatience);
        Task stopped = _host.StopAsync(patience.Token);
        Task drained = _drain.Drained.WaitAsync(_stopPatience);
        if (await Task.WhenAny(stopped, drained) == drained && !isForgotten) await Task.WhenAny(stopped, Task.Delay(_goodbyePatience));
        if (stopped.IsCompleted) await stopped;
        else _isLeftBehind = true;
    }

    /// <summary>Stops it if it runs, and frees what it holds.</summary>
    /// <returns>When that is done; what does not end in time is left to the end of the process.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested) await StopAsync();
        await _heartbeat;
        using MembershipServer? list = _list; // Ends last: the silo says goodbye to it.
        await using TelemetryExport? export = _export; // With all that the silo measured.
        if (_isLeftBehind) return;
        if (_host is IAsyncDisposable host) await Task.WhenAny(Task.Run(() => host.DisposeAsync().AsTask()), Task.Delay(_disposePatience));
        if (_redis is not null) await _redis.DisposeAsync();
        if (_healthServer is not null) await _healthServer.DisposeAsync();
        _stop.Dispose();
    }

    private static void Check(ClusterSiloOptions options)
    {
        if (options.Threads is < 1 or > 1024) throw new InvalidInputException($"threads is {options.Threads}; give 1 to 1024");
        if (options.DataDirectory is { } data && !Directory.Exists(data))
        {
            throw new InvalidInputException($"the data folder '{data}' does not exist: set the data directory to one that does");
        }

        _ = KernelSets.Select(null);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.CertificateDirectory is { } certificates)
            _tls = TlsFolder.OpenSilo(certificates, _options.ClusterId, _options.Warn, TimeProvider.System);
        if (_options.Telemetry is { } telemetry) _export = TelemetryExport.Start(telemetry, _options.Warn);
        if (_options.Health is { } health)
            _healthServer = await HealthServer.StartAsync(health, _health, _export?.Prometheus, _options.Warn, cancellationToken);
        using ServerPort port = ServerPort.Keep(_options.Listen, "listen");
        using ServerPort gateway = ServerPort.Keep(new IPEndPoint(_options.Listen.Address, _options.GatewayPort), "gatewayPort");
        ServerPort.Keep(new IPEndPoint(_options.BulkAddress ?? _options.Listen.Address, _options.BulkPort), "bulkPort").Dispose(); // It can be had.
        JobStore store = new(_options.StoreDirectory); // What is wrong with it is told now, and nothing is written before everything else was checked.
        if (_options.HostMembership is { } list)
        {
            _list = MembershipServer.Start(list, Path.Combine(store.Root, MembershipServer.FolderInStore), _options.Warn);
            Cluster = _list.Address;
        }

        _redis = await RedisConnection.OpenAsync(Cluster, _options.Warn, TimeProvider.System, cancellationToken);
        StoreRegister register = new(_redis, _options.ClusterId, store);
        Address = new IPEndPoint(
            _options.AdvertisedAddress ?? AdvertisedAddress.Choose(_options.Listen.Address, Cluster), _options.AdvertisedPort ?? port.EndPoint.Port);
        GatewayPort = gateway.EndPoint.Port;
        _host = Build(port.EndPoint, gateway.EndPoint, _redis);
        try
        {
            await EnsureScriptsAsync(_redis);
            await register.CheckAsync();
            await _host.StartAsync(cancellationToken);
            _isStarted = true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OrleansException)
        {
            string reason = e.Message.ReplaceLineEndings(" ");
            throw new ClusterUnavailableException($"cluster '{_options.ClusterId}' at {Cluster} cannot be joined: {reason}", e);
        }

        IServiceProvider services = _host.Services;
        SiloAddress self = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        WhenForgotten = new MembershipRowWatch(services.GetRequiredService<IMembershipTable>(), self, TimeProvider.System).WhenGoneAsync(_stop.Token);
        _heartbeat = Task.WhenAll(
            _health.WatchAsync(self, services.GetRequiredService<ISiloStatusOracle>(), services.GetRequiredService<SiloHeartbeat>(), _stop.Token),
            register.KeepAsync(_stop.Token));
    }

    /// <summary>Orleans changes the membership by Lua scripts. Where they are refused, it would try to join for minutes without a word.</summary>
    private async Task EnsureScriptsAsync(ConnectionMultiplexer redis)
    {
        try
        {
            await redis.GetDatabase().ScriptEvaluateAsync("return 1");
        }
        catch (RedisServerException e)
        {
            throw new ClusterUnavailableException(
                $"Redis at {Cluster} does not run Lua scripts, which silos need to join a cluster: permit the commands EVAL and EVALSHA there, "
                    + $"or set the cluster address to another server ({e.Message.ReplaceLineEndings(" ")})",
                e);
        }
    }
}
