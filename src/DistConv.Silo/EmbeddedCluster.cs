using System.Net;
using DistConv.Grains;
using DistConv.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace DistConv.Silo;

/// <summary>
/// A cluster within this process: one silo on the loopback interface, on a free port, with a cluster id of its own, so that runs on one machine
/// never meet. It listens for nobody else: clients are in this process, and there is no gateway.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private const int StartAttempts = 5;
    private static readonly TimeSpan _stopPatience = TimeSpan.FromSeconds(5);

    private readonly IHost _host;

    private EmbeddedCluster(IHost host)
    {
        _host = host;
        Jobs = host.Services.GetRequiredService<JobClient>();
    }

    /// <summary>Starts, watches and stops jobs.</summary>
    public JobClient Jobs { get; }

    /// <summary>The silo's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts the cluster.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>A cluster that is ready; disposing it ends its jobs where they stand.</returns>
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        for (int attempt = 1; ; attempt++)
        {
            IHost host = Build(options, LoopbackPorts.FindFree());
            try
            {
                await host.StartAsync(cancellationToken);
                return new EmbeddedCluster(host);
            }
            catch (Exception e)
            {
                await DisposeAsync(host);
                if (attempt == StartAttempts || !LoopbackPorts.IsTaken(e)) throw;
            }
        }
    }

    /// <summary>Stops the silo; it takes at most about five seconds.</summary>
    /// <returns>When its threads and ports are free.</returns>
    public async ValueTask DisposeAsync()
    {
        using (var patience = new CancellationTokenSource(_stopPatience))
        {
            await _host.StopAsync(patience.Token);
        }

        await DisposeAsync(_host);
    }

    private static IHost Build(EmbeddedClusterOptions options, int port)
    {
        // No defaults: neither settings files nor environment variables of the working directory may change a run.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopPatience);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new StandardErrorLoggerProvider());

        // Orleans advises on garbage collection, and its watchdog takes its first interval for a stall as long as the machine is up: nothing for a user.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            string id = $"distconv-{Guid.NewGuid():N}";
            silo.UseLocalhostClustering(port, gatewayPort: 0, serviceId: id, clusterId: id);
            silo.Configure<EndpointOptions>(endpoints => endpoints.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port));
            silo.Configure<ClusterMembershipOptions>(Membership.Configure);
            silo.AddDistConv(distConv =>
            {
                distConv.StoreDirectory = options.StoreDirectory;
                distConv.DataDirectory = options.DataDirectory;
                distConv.Threads = options.Threads;
                distConv.Kernel = options.Kernel;
            });
        });
        if (options.ConsoleTelemetry) builder.Services.AddConsoleTelemetry();
        return builder.Build();
    }

    private static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }

    /// <summary>The process decides what an interrupt means (a snapshot first), not the host.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
