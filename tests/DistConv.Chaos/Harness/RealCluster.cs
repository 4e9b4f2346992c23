using DistConv.Tests.Shared;
using DistConv.Training.Jobs;

namespace DistConv.Chaos.Harness;

/// <summary>A cluster of real processes: Redis, silos with their supervisors, and a job store, in a folder of its own.</summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private static readonly TimeSpan _command = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _start = TimeSpan.FromSeconds(60);
    private const int MaxAttempts = 4;

    private readonly Lock _gate = new();
    private readonly List<SupervisedSilo> _silos = [];
    private readonly string _clusterId = $"chaos-{Guid.NewGuid():N}";
    private readonly string _data;
    private int _numbers;

    private RealCluster(string folder, Fabric fabric, StoreVolume volume)
    {
        (Folder, Fabric, Volume) = (folder, fabric, volume);
        _data = JobRecipe.WriteTiny(folder);
        Journal = new Journal(Path.Combine(folder, "journal.log"));
        Redis = new ListServer(fabric.RedisAddress, Path.Combine(folder, "redis"));
        Store = new JobStore(volume.Path);
    }

    /// <summary>Where everything is, and commands run.</summary>
    public string Folder { get; }

    /// <summary>The network.</summary>
    public Fabric Fabric { get; }

    /// <summary>The store's folder.</summary>
    public StoreVolume Volume { get; }

    /// <summary>What all processes wrote.</summary>
    public Journal Journal { get; }

    /// <summary>Membership's server.</summary>
    public ListServer Redis { get; }

    /// <summary>The job store.</summary>
    public JobStore Store { get; }

    /// <summary>The silos that have not left for good.</summary>
    public IReadOnlyList<SupervisedSilo> Silos
    {
        get
        {
            lock (_gate) return [.. _silos];
        }
    }

    /// <summary>Starts a cluster.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="silos">How many silos.</param>
    /// <param name="fabric">The network; the cluster disposes it.</param>
    /// <param name="ownVolume">Whether the store should be a file system that can be filled.</param>
    /// <param name="token">Ends the start.</param>
    public static async Task<RealCluster> StartAsync(string folder, int silos, Fabric fabric, bool ownVolume, CancellationToken token)
    {
        RealCluster cluster = new(folder, fabric, await StoreVolume.CreateAsync(Path.Combine(folder, "store"), ownVolume));
        try
        {
            await cluster.Redis.StartAsync(token);
            for (int i = 0; i < silos; i++) await cluster.AddAsync();
            foreach (SupervisedSilo silo in cluster.Silos) await silo.ReadyAsync(_start, token);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a silo; it is ready later.</summary>
    /// <param name="store">Its store; null: the cluster's.</param>
    /// <param name="data">Its data folder; null: the cluster's.</param>
    /// <param name="health">The options of its health port; null: it has none.</param>
    public async Task<SupervisedSilo> AddAsync(string? store = null, string? data = null, IReadOnlyList<string>? health = null)
    {
        SiloPlace place = await Fabric.PlaceAsync(++_numbers);
        string[] args =
        [
            "serve", "--insecure", "--cluster", Redis.Url, "--cluster-id", _clusterId, "--listen", place.Listen, "--advertise", place.Advertise,
            "--gateway-port", $"{place.GatewayPort}",
            .. health ?? ["--health", "none"], "--store", store ?? Volume.Path, "--data-dir", data ?? _data, "--threads", "1", .. place.BulkOptions,
        ];
        SupervisedSilo silo = new(place, DistConvCommand.Prepare(Folder, place.Wrapper, args), Journal);
        lock (_gate) _silos.Add(silo);
        return silo;
    }

    /// <summary>Has a silo leave for good.</summary>
    public async Task RemoveAsync(SupervisedSilo silo)
    {
        lock (_gate) _silos.Remove(silo);
        await silo.LeaveAsync();
        await silo.DisposeAsync();
    }

    /// <summary>Kills a silo with -9; nobody starts it again.</summary>
    public async Task LoseAsync(SupervisedSilo silo)
    {
        lock (_gate) _silos.Remove(silo);
        await silo.DisposeAsync();
    }

    /// <summary>The silo that coordinates a job; null when it is between two processes.</summary>
    public SupervisedSilo? CoordinatorOf(ClusterJob job)
    {
        int process = job.CoordinatorProcess();
        return Silos.FirstOrDefault(silo => process != 0 && silo.ProcessId == process);
    }

    /// <summary>The silos that run and do not coordinate a job.</summary>
    public IReadOnlyList<SupervisedSilo> WorkersOf(ClusterJob job)
    {
        int process = job.CoordinatorProcess();
        return [.. Silos.Where(silo => silo.ProcessId != 0 && silo.ProcessId != process)];
    }

    /// <summary>Waits until every silo runs and holds shards of a job.</summary>
    /// <exception cref="TimeoutException">One does not.</exception>
    public Task UntilAllTakePartAsync(ClusterJob job, TimeSpan limit, CancellationToken token) => job.UntilAsync(
        status => Silos.All(silo => silo.ProcessId != 0 && status.Silos.Any(part => part.ProcessId == silo.ProcessId && part.Shards.Count > 0)), limit, token);

    /// <summary>Starts a job and lets go of it.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="recipe">What is trained.</param>
    /// <param name="steps">The job's length.</param>
    /// <param name="snapshotEvery">Steps between two snapshots.</param>
    /// <param name="token">Ends the wait.</param>
    public async Task<ClusterJob> SubmitAsync(string id, JobRecipe recipe, long steps, long snapshotEvery, CancellationToken token)
    {
        string[] train = ["train", .. recipe.Options, "--steps", $"{steps}", "--snapshot-every", $"{snapshotEvery}", "--job", id, "--detach", "--quiet"];

        // For some seconds nobody may answer: silos of which Redis has lost the list start again.
        for (int attempt = 1; (await TryCommandAsync(token, train)) is { ExitCode: not 0 } result; attempt++)
        {
            if (attempt == MaxAttempts || !result.ToString().Contains("no silo answers", StringComparison.Ordinal)) throw new InvalidOperationException(
                $"distconv {string.Join(' ', train)}: {result}");
        }

        return new ClusterJob(Store.Open(id), recipe, steps, snapshotEvery);
    }

    /// <summary>Ends a job at a step boundary, and compares it with the quiet run to that step.</summary>
    /// <param name="job">A running job.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>A line for everything that is wrong.</returns>
    public async Task<IReadOnlyList<string>> PauseAndCheckAsync(ClusterJob job, CancellationToken token)
    {
        await CommandAsync(token, "jobs", "pause", job.Id);
        long step = (await job.UntilAsync(status => status.State == JobState.Paused, _command, token)).Step;
        return StoreAudit.Check(job.Folder, step, await QuietRun.RunAsync(Folder, job.Recipe, job.Steps, step, token));
    }

    /// <summary>Runs a command of the cluster, which must succeed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its words.</exception>
    public async Task<ToolResult> CommandAsync(CancellationToken token, params string[] args)
    {
        ToolResult result = await TryCommandAsync(token, args);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException($"distconv {string.Join(' ', args)}: {result}");
    }

    /// <summary>Runs a command of the cluster.</summary>
    public Task<ToolResult> TryCommandAsync(CancellationToken token, params string[] args) =>
        DistConvCommand.RunAsync(Folder, _command, token, [.. args, .. Address]);

    /// <summary>The options by which a command finds the cluster.</summary>
    public string[] Address => ["--cluster", Redis.Url, "--cluster-id", _clusterId];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Silos.Select(silo => silo.DisposeAsync().AsTask()));
        await Redis.DisposeAsync();
        await Fabric.DisposeAsync();
        await Volume.DisposeAsync();
        Journal.Dispose();
    }
}
