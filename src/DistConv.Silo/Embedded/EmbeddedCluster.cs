using DistConv.Grains.Costs;
using DistConv.Grains.Jobs;
using DistConv.Grains.Membership;
using DistConv.Silo.Exporters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DistConv.Silo.Embedded;

/// <summary>
/// A cluster that lives as long as this process: one silo here and any number in child processes, on the loopback interface, on free ports, with a cluster
/// id of its own, so that runs on one machine never meet. It listens for nobody else: clients are in this process, and there is no gateway.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IReadOnlyList<ChildSupervisor> _children;
    private readonly TelemetryExport? _export;

    private EmbeddedCluster(IHost host, IReadOnlyList<ChildSupervisor> children, TelemetryExport? export)
    {
        (_host, _children, _export) = (host, children, export);
        Jobs = host.Services.GetRequiredService<JobClient>();
        Counters = host.Services.GetRequiredService<CounterClient>();
    }

    /// <summary>Starts, watches and stops jobs.</summary>
    public JobClient Jobs { get; }

    /// <summary>What the silos have counted of the exchange of gradients.</summary>
    public CounterClient Counters { get; }

    /// <summary>The services of the silo in this process.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts the cluster.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>A cluster whose silos are all active; disposing it ends its jobs where they stand.</returns>
    /// <exception cref="Core.InvalidInputException">The child command cannot be started, or its silo does not start.</exception>
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        string id = $"distconv-{Guid.NewGuid():N}";
        SiloWatch? watch = null;
        TelemetryExport? export = options.Telemetry is { } telemetry ? TelemetryExport.Start(telemetry, options.Warn) : null;

        // Child processes load their code while the silo of this process starts.
        List<ChildSupervisor> children = [];
        SemaphoreSlim joining = new(1);
        IHost? host = null;
        try
        {
            for (int i = 1; i < options.Silos; i++)
                children.Add(new ChildSupervisor(options.ChildCommand, joining, options.Warn, silo => watch?.Report(silo)));
            (host, SiloAddress primary) = await SiloHost.StartAsync(port => SiloHost.Build(Settings(options, port, id)), port: 0, cancellationToken);
            watch = host.Services.GetRequiredService<SiloWatch>();
            ChildSiloSettings settings = new(
                0, primary.Endpoint.Port, id, Path.GetFullPath(options.StoreDirectory), options.DataDirectory, options.CacheDirectory, options.Threads,
                    options.Kernel, options.DataMemoryBytes);
            SiloAddress[] silos = await Task.WhenAll(children.Select(child => child.OpenAsync(settings))).WaitAsync(cancellationToken);
            await AreActiveAsync(host, [primary, .. silos], cancellationToken);
            return new EmbeddedCluster(host, children, export);
        }
        catch
        {
            await StopAsync(host, children, export);
            throw;
        }
    }

    /// <summary>Stops all silos; it takes at most about ten seconds.</summary>
    /// <returns>When their processes have ended, and threads and ports are free.</returns>
    public async ValueTask DisposeAsync() => await StopAsync(_host, _children, _export);

    private static SiloHostSettings Settings(EmbeddedClusterOptions options, int port, string id) => new(port, port, id)
    {
        StoreDirectory = options.StoreDirectory,
        DataDirectory = options.DataDirectory,
        CacheDirectory = options.CacheDirectory,
        DataMemoryBytes = options.DataMemoryBytes,
        Threads = options.Threads,
        Kernel = options.Kernel,
        Warn = options.Warn,
    };

    private static async Task AreActiveAsync(IHost host, SiloAddress[] silos, CancellationToken cancellationToken)
    {
        IClusterMembershipService membership = host.Services.GetRequiredService<IClusterMembershipService>();
        await foreach (ClusterMembershipSnapshot snapshot in membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            if (silos.All(silo => snapshot.GetSiloStatus(silo) is SiloStatus.Active or SiloStatus.Dead)) return;
        }
    }

    private static async Task StopAsync(IHost? host, IReadOnlyList<ChildSupervisor> children, TelemetryExport? export)
    {
        try
        {
            // This silo first: the jobs that it coordinates end at a step boundary, for which the others have to answer.
            if (host is not null) await SiloHost.StopAsync(host);
        }
        finally
        {
            IEnumerable<Task> ends = children.Select(child => child.DisposeAsync().AsTask());
            await Task.WhenAll(export is null ? ends : ends.Append(export.DisposeAsync().AsTask())); // With all that the silo measured.
        }
    }
}
