using System.Net;
using DistConv.Client.Clusters;
using DistConv.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace DistConv.Silo.Embedded;

/// <summary>Settings of one silo of an embedded cluster.</summary>
/// <param name="Port">Where it listens, on the loopback interface.</param>
/// <param name="PrimaryPort">The port of the silo that keeps the membership; its own if it is that silo.</param>
/// <param name="ClusterId">The cluster's own id.</param>
internal sealed record SiloHostSettings(int Port, int PrimaryPort, string ClusterId)
{
    /// <summary>The job store.</summary>
    public required string StoreDirectory { get; init; }

    /// <summary>The folder with data sets, or null.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The cache, or null.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The most memory that pictures may take; null: a share of the process's.</summary>
    public long? DataMemoryBytes { get; init; }

    /// <summary>Compute threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Name of the kernel set, or null.</summary>
    public string? Kernel { get; init; }

    /// <summary>What the silo waits for before it joins its cluster; null: nothing.</summary>
    public JoinTurn? Turn { get; init; }

    /// <summary>Where warnings and errors go.</summary>
    public Action<string> Warn { get; init; } = static line => Console.Error.WriteLine($"warning: {line}");
}

/// <summary>Makes and starts silos.</summary>
internal static class SiloHost
{
    /// <summary>How long a silo may take to stop.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private const int StartAttempts = 5;

    /// <summary>A silo on the loopback interface. It listens for other silos only: there is no gateway.</summary>
    /// <param name="settings">Its settings.</param>
    /// <returns>A host that is not started.</returns>
    public static IHost Build(SiloHostSettings settings)
    {
        // No defaults: neither settings files nor environment variables of the working directory may change a run.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopPatience);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new LineLoggerProvider(settings.Warn));

        // Orleans tells at length what it meets when a silo ends. The supervisor says it in a line, and what concerns a job fails its calls.
        builder.Logging.AddFilter("Orleans", LogLevel.Critical).AddFilter("Polly", LogLevel.Critical);
        builder.UseOrleans(silo =>
        {
            var primary = new IPEndPoint(IPAddress.Loopback, settings.PrimaryPort);
            silo.UseLocalhostClustering(settings.Port, gatewayPort: 0, primary, serviceId: settings.ClusterId, clusterId: settings.ClusterId);
            silo.Configure<EndpointOptions>(endpoints => endpoints.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, settings.Port));
            silo.Configure<ClusterMembershipOptions>(Membership.Configure);
            if (settings.Turn is { } turn) silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(turn);
            silo.AddDistConv(distConv =>
            {
                distConv.StoreDirectory = settings.StoreDirectory;
                distConv.DataDirectory = settings.DataDirectory;
                distConv.CacheDirectory = settings.CacheDirectory;
                distConv.DataMemoryBytes = settings.DataMemoryBytes;
                distConv.Threads = settings.Threads;
                distConv.Kernel = settings.Kernel;
            });
        });
        return builder.Build();
    }

    /// <summary>Starts a silo, on another port if its port is taken.</summary>
    /// <param name="build">Makes a host that listens on a port.</param>
    /// <param name="port">The port to try first; 0: any free one.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>The running host and its address.</returns>
    public static async Task<(IHost Host, SiloAddress Address)> StartAsync(Func<int, IHost> build, int port, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            using LoopbackPort kept = LoopbackPort.Keep(attempt == 1 ? port : 0);
            IHost host = build(kept.Number);
            try
            {
                await host.StartAsync(cancellationToken);
                return (host, host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
            }
            catch (Exception e)
            {
                await DisposeAsync(host);
                if (attempt == StartAttempts || !LoopbackPort.IsTaken(e)) throw;
            }
        }
    }

    /// <summary>Stops a silo and frees it; it takes at most about five seconds.</summary>
    /// <param name="host">The silo.</param>
    /// <returns>When its threads and ports are free.</returns>
    public static async Task StopAsync(IHost host)
    {
        try
        {
            using var patience = new CancellationTokenSource(StopPatience);
            await host.StopAsync(patience.Token);
        }
        finally
        {
            await DisposeAsync(host);
        }
    }

    private static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}
