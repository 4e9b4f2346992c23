using System.Diagnostics;
using System.Net;
using DistConv.Core.Models;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Grains.Hosting;
using DistConv.Grains.Membership;
using DistConv.Tests.Shared;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace DistConv.Grains.Tests.Control;

/// <summary>
/// One coordinator and any number of workers that only answer. All workers but its own are grains of a second silo in this process, so every call to them is
/// written, sent over a connection, read, and answered the same way; or, to see what the coordinator itself does, all are in its own silo.
/// </summary>
internal sealed class StandInCluster : IWorkerClient, ISiloWatch, IAsyncDisposable
{
    private static readonly RunProgress _progress = new(new RunningMetrics(64_000, 1_000, 32_000, default), []);

    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-control-").FullName;
    private readonly Dictionary<SiloAddress, (IWorkerService Worker, TaskCompletionSource Lost)> _workers = [];
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next()];
    private readonly IHost[] _hosts;
    private readonly SentBytes _sent;
    private WorkerStepExecutor? _executor;
    private long _step;

    private StandInCluster(bool hasMessages)
    {
        _hosts = hasMessages ? [.. _ports.Select(Build)] : [];
        _sent = new SentBytes(_ports);
    }

    /// <inheritdoc/>
    public IReadOnlyList<SiloAddress> Active { get; private set; } = [];

    /// <summary>Bytes of all messages between the coordinator and the workers so far, in both directions.</summary>
    public long TrafficBytes => _sent.Bytes;

    /// <summary>Starts a coordinator and its workers, which have joined.</summary>
    /// <param name="workers">How many, the coordinator's own included; each has two shards.</param>
    /// <param name="hasMessages">Whether they are in another silo.</param>
    /// <param name="token">Ends the start.</param>
    public static async Task<StandInCluster> StartAsync(int workers, bool hasMessages, CancellationToken token)
    {
        StandInCluster cluster = new(hasMessages);
        try
        {
            foreach (IHost host in cluster._hosts) await host.StartAsync(token);
            await cluster.JoinAsync(workers, token);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs steps, one after another.</summary>
    /// <returns>Milliseconds of each.</returns>
    public async Task<double[]> RunAsync(int steps, CancellationToken token)
    {
        double[] milliseconds = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await _executor!.RunStepAsync(_step++, _progress, measureNorms: false, token);
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        if (_executor!.Notices is [var notice, ..]) throw new InvalidOperationException(notice);
        return milliseconds;
    }

    /// <inheritdoc/>
    public Task WhenLost(SiloAddress silo) => _workers[silo].Lost.Task;

    /// <inheritdoc/>
    public IWorkerService On(SiloAddress silo) => _workers[silo].Worker;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in _hosts.Reverse())
        {
            await host.StopAsync();
            host.Dispose();
        }

        _sent.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task JoinAsync(int workers, CancellationToken token)
    {
        IGrainFactory? grains = _hosts is [var first, ..] ? first.Services.GetRequiredService<IGrainFactory>() : null;
        if (grains is not null) await KnowsStandInsAsync(grains, token);
        int shards = 2 * workers;
        for (int i = 0; i < workers; i++)
        {
            SiloAddress silo = SiloAddress.New(new IPEndPoint(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]), 11_111), 1);
            IStandInGrain? grain = i == 0 ? null : grains?.GetGrain<IStandInGrain>(i);
            _workers.Add(silo, (new StandInWorker(grain, shards), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        Active = [.. _workers.Keys];
        WorkerGroup group = new(new JobStore(_folder).Create("control", Spec(shards)), this, Active[0], this, TimeProvider.System)
        {
            Fence = 1,
            StoreId = "store",
            Parameters = 1 << 20,
        };
        _executor = new WorkerStepExecutor(group, isComputing: () => false, TimeProvider.System);
        await _executor.RestoreAsync(null, token);
        if (group.Participants.Count != workers) throw new InvalidOperationException($"{group.Participants.Count} of {workers} workers have joined");
    }

    /// <summary>Waits until the coordinator's silo knows that the other one has stand-ins.</summary>
    private static async Task KnowsStandInsAsync(IGrainFactory grains, CancellationToken token)
    {
        while (true)
        {
            try
            {
                await grains.GetGrain<IStandInGrain>(0).Join(new JoinRequest("control", 1, 1, 1, "store"));
                return;
            }
            catch (Exception e) when (e is ArgumentException or OrleansException)
            {
                await Task.Delay(10, token);
            }
        }
    }

    private static JobSpec Spec(int shards) => new()
    {
        ModelName = "tiny",
        ModelJson = ModelSpec.Parse("""{"input": [6, 6, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}]}""", "tiny")
            .ToJson(),
        Data = "digits",
        DataFingerprint = "none",
        Samples = 1_000_000,
        TotalSteps = 1_000_000,
        GlobalBatch = 5 * shards,
        Shards = shards,
        Seed = 1,
        Optimizer = OptimizerSettings.Default("sgd"),
        NumericsVersion = NumericsVersion.Current,
    };

    /// <summary>The coordinator's silo does not have the stand-ins, so they are all activated on the other one.</summary>
    private IHost Build(int port)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            string id = $"distconv-control-{_ports[0]}";
            silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, _ports[0]), id, id);
            silo.AddDistConv(options => (options.StoreDirectory, options.Threads) = (_folder, 1));
            if (port == _ports[0]) silo.Configure<GrainTypeOptions>(options => options.Classes.Remove(typeof(StandInGrain)));
        });
        return builder.Build();
    }
}
