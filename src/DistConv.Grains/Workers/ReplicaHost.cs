using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Settings;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Workers;

/// <summary>
/// What a silo holds once: the compute threads, the kernel set, the store, and for each job one replica of its weights, whatever number of shards
/// the silo computes.
/// </summary>
internal sealed partial class ReplicaHost : IAsyncDisposable
{
    private const int IdleMilliseconds = 2_000;
    private static readonly TimeSpan _idlePoll = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a coordinator waits for a replica that is being made for an earlier one.</summary>
    private static readonly TimeSpan _joinPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, HostedReplica> _replicas = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _preparing = new();
    private readonly ConcurrentDictionary<string, long> _fences = new();
    private readonly ConcurrentDictionary<string, long> _released = new();
    private readonly DistConvOptions _options;
    private readonly Lazy<ComputePool> _pool;
    private readonly Lazy<KernelSet> _kernels;
    private readonly Lazy<JobStore> _store;

    /// <summary>A host without replicas. Threads start, and the store is opened, with the first use.</summary>
    /// <param name="options">The silo's settings.</param>
    public ReplicaHost(IOptions<DistConvOptions> options)
    {
        _options = options.Value;
        _pool = new Lazy<ComputePool>(() => new ComputePool(_options.Threads));
        _kernels = new Lazy<KernelSet>(() => KernelSets.Select(_options.Kernel));
        _store = new Lazy<JobStore>(() => new JobStore(_options.StoreDirectory));
    }

    /// <summary>The silo's dedicated compute threads.</summary>
    public ComputePool Pool => _pool.Value;

    /// <summary>How many of the compute threads compute at this moment.</summary>
    public int BusyThreads => _pool.IsValueCreated ? _pool.Value.BusyThreads : 0;

    /// <summary>How many there are, or will be when they are started.</summary>
    public int Threads => _options.Threads;

    /// <summary>Waits until the compute threads, if they have been started, have done what is queued.</summary>
    /// <returns>When they have.</returns>
    public Task ComputeNothingAsync() => _pool.IsValueCreated ? _pool.Value.RunAsync(static () => { }) : Task.CompletedTask;

    /// <summary>The silo's kernel set.</summary>
    public KernelSet Kernels => _kernels.Value;

    /// <summary>The data sets that the silo knows.</summary>
    public DataCatalog Catalog => _options.Catalog;

    /// <summary>The job store.</summary>
    public JobStore Store => _store.Value;

    /// <summary>The replica of a job, for its shard grains.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>The replica.</returns>
    /// <exception cref="InvalidOperationException">This silo has none.</exception>
    public HostedReplica this[string job] => _replicas.TryGetValue(job, out HostedReplica? replica)
        ? replica
        : throw new InvalidOperationException($"this silo holds no replica of job '{job}'");

    /// <summary>The replica of a job, for its coordinator.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>The replica, which is under that claim.</returns>
    /// <exception cref="FencedException">A later coordinator has joined.</exception>
    /// <exception cref="InvalidOperationException">There is none, or it is not under this claim.</exception>
    public HostedReplica Get(string job, long fence)
    {
        EnsureFence(job, fence);
        HostedReplica replica = this[job];
        replica.EnsureFence(fence);
        return replica;
    }

    /// <summary>Whether the compute threads have work of a job's replica, or it waits for them.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>False also if this silo has none.</returns>
    public bool IsComputing(string job) => _replicas.TryGetValue(job, out HostedReplica? replica) && replica.Replica.IsComputing;

    /// <summary>Puts this silo under a coordinator.</summary>
    /// <param name="request">Its claim, and what all silos must have in common.</param>
    /// <returns>The replica that the silo has already, under the claim; null if it has none that can be used.</returns>
    /// <exception cref="FencedException">A later coordinator has joined.</exception>
    /// <exception cref="InvalidInputException">Versions or stores differ.</exception>
    /// <exception cref="BusyException">The replica is still being made for an earlier coordinator, or an earlier attempt.</exception>
    public Task<HostedReplica?> JoinAsync(JoinRequest request) => AloneAsync(request.Job, _joinPatience, async () =>
    {
        EnsureFence(request.Job, request.Fence);
        EnsureCommon(request);
        _fences[request.Job] = request.Fence;
        if (!_replicas.TryGetValue(request.Job, out HostedReplica? held)) return null;
        if (!held.IsAbandoned)
        {
            using IDisposable turn = await held.EnterAsync(claim: null);
            held.MoveTo(request.Fence);
            return held;
        }

        await RemoveAsync(request.Job, held);
        return null;
    });

    /// <summary>Makes the replica of a job at a snapshot, in place of the one that is there.</summary>
    /// <param name="request">What it shall be.</param>
    /// <returns>The replica.</returns>
    /// <exception cref="FencedException">A later coordinator has joined.</exception>
    /// <exception cref="InvalidInputException">Data or snapshot do not fit.</exception>
    public Task<HostedReplica> PrepareAsync(PrepareRequest request) => AloneAsync(request.Job, Timeout.InfiniteTimeSpan, async () =>
    {
        EnsureFence(request.Job, request.Fence);
        if (_replicas.TryGetValue(request.Job, out HostedReplica? earlier)) await RemoveAsync(request.Job, earlier);
        return await OpenAsync(request);
    });

    /// <summary>The replica of a job, made if there is none, for state that is fetched from elsewhere.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>The replica.</returns>
    /// <exception cref="FencedException">A later coordinator has joined.</exception>
    /// <exception cref="InvalidInputException">The data do not fit.</exception>
    public Task<HostedReplica> GetOrOpenAsync(string job, long fence) => AloneAsync(job, Timeout.InfiniteTimeSpan, async () =>
    {
        EnsureFence(job, fence);
        if (_replicas.TryGetValue(job, out HostedReplica? held)) return held;
        return await OpenAsync(new PrepareRequest(job, fence, null) { GradientBlocks = ExchangeMemory.JoinerBlocks });
    });

    /// <summary>Waits until no coordinator uses this silo any longer: each has released its replica, or has not called for a while.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the silo is idle, or the wait was ended.</returns>
    public async Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        while (_replicas.Values.Any(replica => Environment.TickCount64 - replica.UsedAt < IdleMilliseconds) && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_idlePoll, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Frees a job's replica, also one that is still being made, unless a later coordinator has prepared it.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>When it is freed.</returns>
    public async Task ReleaseAsync(string job, long fence)
    {
        _released.AddOrUpdate(job, fence, (_, earlier) => long.Max(earlier, fence));
        if (!_replicas.TryGetValue(job, out HostedReplica? replica) || replica.Fence > fence) return;
        if (!_replicas.TryRemove(KeyValuePair.Create(job, replica))) return;
        await replica.DisposeAsync();
        FloatBufferPool.Shared.Clear();
    }

    /// <summary>Frees the replicas and ends the compute threads.</summary>
    /// <returns>When the computation that runs has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (HostedReplica replica in _replicas.Values) await replica.DisposeAsync();
        _replicas.Clear();
        if (_pool.IsValueCreated) _pool.Value.Dispose();
    }

    private void EnsureCommon(JoinRequest request)
    {
        if (request.ProtocolVersion != Protocol.Version || request.NumericsVersion != NumericsVersion.Current)
        {
            throw new InvalidInputException(
                $"silo on {Environment.MachineName} has protocol {Protocol.Version} and numericsVersion {NumericsVersion.Current}, the coordinator "
                + $"{request.ProtocolVersion} and {request.NumericsVersion}: run the same build of DistConv on all silos");
        }

        if (request.StoreId != Store.Id)
        {
            throw new InvalidInputException(
                $"the job store '{Store.Root}' on {Environment.MachineName} is not the coordinator's: this folder is not shared; mount one store on all "
                    + $"machines");
        }
    }

    private void EnsureFence(string job, long fence)
    {
        if (_fences.TryGetValue(job, out long joined) && fence < joined) throw new FencedException(job, fence);
    }

    /// <summary>Joining, preparing and removing a job's replica come one after the other.</summary>
    private async Task<T> AloneAsync<T>(string job, TimeSpan patience, Func<Task<T>> work)
    {
        SemaphoreSlim gate = _preparing.GetOrAdd(job, static _ => new SemaphoreSlim(1));
        if (!await gate.WaitAsync(patience))
            throw new BusyException($"the silo on {Environment.MachineName} still reads the data of job '{job}'; if it stays so, look at its disk");
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task RemoveAsync(string job, HostedReplica replica)
    {
        await replica.DisposeAsync();
        _replicas.TryRemove(job, out _);
    }
}
