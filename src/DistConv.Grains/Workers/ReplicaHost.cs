using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Workers;

/// <summary>
/// What a silo holds once: the compute threads, the kernel set, the store, and for each job one replica of its weights, whatever number of shards
/// the silo computes.
/// </summary>
internal sealed class ReplicaHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, HostedReplica> _replicas = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _preparing = new();
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

    /// <summary>Waits until the compute threads, if they have been started, have done what is queued.</summary>
    /// <returns>When they have.</returns>
    public Task ComputeNothingAsync() => _pool.IsValueCreated ? _pool.Value.RunAsync(static () => { }) : Task.CompletedTask;

    /// <summary>The silo's kernel set.</summary>
    public KernelSet Kernels => _kernels.Value;

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
    /// <returns>The replica that was prepared under that claim.</returns>
    /// <exception cref="FencedException">A later coordinator has prepared it.</exception>
    /// <exception cref="InvalidOperationException">It was not prepared under this claim.</exception>
    public HostedReplica Get(string job, long fence)
    {
        HostedReplica replica = this[job];
        replica.EnsureFence(fence);
        return replica;
    }

    /// <summary>Makes the replica of a job, in place of one that an earlier coordinator had.</summary>
    /// <param name="request">What it shall be.</param>
    /// <returns>The replica, at the snapshot's step.</returns>
    /// <exception cref="FencedException">A later coordinator has prepared it.</exception>
    /// <exception cref="InvalidInputException">Versions, data or snapshot do not fit.</exception>
    public async Task<HostedReplica> PrepareAsync(PrepareRequest request)
    {
        EnsureVersions(request);
        SemaphoreSlim gate = _preparing.GetOrAdd(request.Job, static _ => new SemaphoreSlim(1));
        await gate.WaitAsync();
        try
        {
            if (_replicas.TryGetValue(request.Job, out HostedReplica? earlier))
            {
                if (request.Fence < earlier.Fence) throw new FencedException(request.Job, request.Fence);
                await earlier.DisposeAsync();
                _replicas.TryRemove(request.Job, out _);
            }

            // Reading takes seconds: on the thread pool, so that the silo's other turns go on.
            HostedReplica replica = await Task.Run(() => Open(request));
            _replicas[request.Job] = replica;
            return replica;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Frees a job's replica, unless a later coordinator has prepared it.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>When it is freed.</returns>
    public async Task ReleaseAsync(string job, long fence)
    {
        if (!_replicas.TryGetValue(job, out HostedReplica? replica) || replica.Fence > fence) return;
        if (_replicas.TryRemove(KeyValuePair.Create(job, replica))) await replica.DisposeAsync();
    }

    /// <summary>Frees the replicas and ends the compute threads.</summary>
    /// <returns>When the computation that runs has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (HostedReplica replica in _replicas.Values) await replica.DisposeAsync();
        _replicas.Clear();
        if (_pool.IsValueCreated) _pool.Value.Dispose();
    }

    private static void EnsureVersions(PrepareRequest request)
    {
        if (request.ProtocolVersion != Protocol.Version || request.NumericsVersion != NumericsVersion.Current)
        {
            throw new InvalidInputException(
                $"silo on {Environment.MachineName} has protocol {Protocol.Version} and numericsVersion {NumericsVersion.Current}, the coordinator "
                + $"{request.ProtocolVersion} and {request.NumericsVersion}: run the same build of DistConv on all silos");
        }
    }

    private HostedReplica Open(PrepareRequest request)
    {
        JobFolder folder = Store.Open(request.Job);
        DataSource data = DataCatalog.Open(folder.Spec.Data, _options.DataDirectory ?? folder.ReadOrigin()?.DataDirectory);
        var replica = new Replica(folder.Spec, data, Pool, Kernels);
        try
        {
            if (request.SnapshotStep is { } step) replica.Restore(ReadSnapshot(folder, step));
            return new HostedReplica(request.Job, request.Fence, replica, Pool);
        }
        catch
        {
            replica.Dispose();
            throw;
        }
    }

    private static Snapshot ReadSnapshot(JobFolder folder, long step)
    {
        string reason = "it is not there: all silos must share one store";
        foreach (SnapshotHead head in folder.Snapshots().Where(head => head.Step == step).Reverse())
        {
            try
            {
                return SnapshotFile.Read(head.Path);
            }
            catch (InvalidInputException e)
            {
                reason = e.Message; // Another coordinator's file of the same step has the same bits.
            }
        }

        throw new InvalidInputException($"snapshot of step {step} in '{folder.Path}' on {Environment.MachineName}: {reason}");
    }
}
