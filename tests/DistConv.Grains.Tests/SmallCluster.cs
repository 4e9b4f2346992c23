using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Hosting;
using DistConv.Grains.Membership;
using DistConv.Grains.Settings;
using DistConv.Training.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Silos in this process with connections between them, which keep the jobs of a store.</summary>
internal sealed class SmallCluster : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];
    private readonly int _primary = FreePort();
    private readonly Func<int, IHost> _build;

    private SmallCluster(TinyJob job, bool keepsJobs, Action<int, DistConvOptions>? configure) => _build = port =>
    {
        int silo = _hosts.Count;
        return Build(job, port, _primary, Warnings, options =>
        {
            options.KeepsJobs = keepsJobs;
            configure?.Invoke(silo, options);
        });
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public IReadOnlyList<IHost> Hosts => _hosts;

    /// <summary>What DistConv has warned of on any silo.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    /// <summary>Starts silos; <paramref name="configure"/> is called with the number of each.</summary>
    public static async Task<SmallCluster> StartAsync(TinyJob job, int silos, bool keepsJobs = true, Action<int, DistConvOptions>? configure = null)
    {
        var cluster = new SmallCluster(job, keepsJobs, configure);
        for (int i = 0; i < silos; i++) cluster._hosts.Add(cluster._build(i == 0 ? cluster._primary : FreePort()));
        foreach (IHost host in cluster._hosts) await host.StartAsync(Token);
        foreach (IHost host in cluster._hosts) await UntilAsync(() => host.Services.GetRequiredService<SiloWatch>().Active.Count == silos);
        return cluster;
    }

    /// <summary>Starts one more silo.</summary>
    public async Task AddAsync()
    {
        IHost host = _build(FreePort());
        _hosts.Add(host);
        await host.StartAsync(Token);
    }

    /// <summary>What a client of a silo calls.</summary>
    public IJobsGrain Jobs(int silo) => _hosts[silo].Services.GetRequiredService<IGrainFactory>().GetGrain<IJobsGrain>(silo);

    /// <summary>The job service of a silo, as another one calls it.</summary>
    public IJobService Service(int from, int silo) => _hosts[from].Services.GetRequiredService<IJobServiceClient>().On(Address(silo));

    /// <summary>A silo's way to the others.</summary>
    public CutJobServices Cuts(int silo) => (CutJobServices)_hosts[silo].Services.GetRequiredService<IJobServiceClient>();

    public SiloAddress Address(int silo) => _hosts[silo].Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public RunningJobs Running(int silo) => _hosts[silo].Services.GetRequiredService<RunningJobs>();

    public ISiloWatch Watch(int silo) => _hosts[silo].Services.GetRequiredService<ISiloWatch>();

    /// <summary>The silo that coordinates a job, or -1.</summary>
    public int OwnerOf(string job) => _hosts.FindIndex(host => host.Services.GetRequiredService<RunningJobs>().Has(job));

    public Task StopAsync(int silo) => _hosts[silo].StopAsync(Token);

    /// <summary>Polls a silo until the job has ended.</summary>
    public async Task<JobStatus> WaitAsync(int silo, string job = TinyJob.Id)
    {
        JobStatus? status = null;
        await UntilAsync(async () => (status = await Jobs(silo).GetStatus(job)).State is not (JobState.Running or JobState.Queued));
        return status!;
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition()) await Task.Delay(5, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = _hosts.Count - 1; i >= 0; i--)
        {
            await _hosts[i].StopAsync(CancellationToken.None);
            _hosts[i].Dispose();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IHost Build(TinyJob job, int port, int primary, ConcurrentQueue<string> warnings, Action<DistConvOptions> configure)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new LineLogger(warnings));
        builder.Logging.AddFilter<LineLogger>("DistConv", LogLevel.Warning).AddFilter<LineLogger>("Orleans", LogLevel.None);
        builder.UseOrleans(silo =>
        {
            string id = $"distconv-test-{primary}";
            silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, primary), id, id);
            silo.AddDistConv(options =>
            {
                options.StoreDirectory = job.Store;
                options.DataDirectory = job.Data;
                options.Threads = 1;
                configure(options);
            });
            silo.Services.AddSingleton<IJobServiceClient, CutJobServices>();
        });
        return builder.Build();
    }

    /// <summary>Keeps what is logged.</summary>
    private sealed class LineLogger(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
