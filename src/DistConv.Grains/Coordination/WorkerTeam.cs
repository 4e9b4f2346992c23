using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Grains.Coordination;

/// <summary>The workers of one run of a job: who takes part, with which shards, and where their replicas stand.</summary>
/// <param name="folder">The job.</param>
/// <param name="silos">The cluster's active silos, in the order of their blocks.</param>
/// <param name="local">The coordinator's own silo.</param>
/// <param name="workers">Finds workers.</param>
/// <param name="pool">The threads on which the coordinator reduces.</param>
/// <param name="kernels">The kernel set with which it does.</param>
internal sealed class WorkerTeam(
    JobFolder folder, IReadOnlyList<SiloAddress> silos, SiloAddress local, IWorkerClient workers, ComputePool pool, KernelSet kernels)
{
    private StepReducer? _reducer;

    /// <summary>The job id.</summary>
    public string Job => folder.Id;

    /// <summary>The job.</summary>
    public JobSpec Spec => folder.Spec;

    /// <summary>The coordinator's claim, which every call carries.</summary>
    public long Fence { get; set; }

    /// <summary>Updates that every replica has applied.</summary>
    public long Step { get; set; }

    /// <summary>The silos that compute, each with at least one shard; empty before <see cref="JoinAsync"/>.</summary>
    public IReadOnlyList<Participant> Participants { get; private set; } = [];

    /// <summary>Has every silo make its replica, at a snapshot.</summary>
    /// <param name="snapshot">The snapshot; null: the untrained network.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When all are ready and equal.</returns>
    /// <exception cref="InvalidInputException">A silo's data, store or version is not what the job needs.</exception>
    public async Task JoinAsync(Snapshot? snapshot, CancellationToken cancellationToken)
    {
        int[][] blocks = ShardAssignment.Blocks(Spec.Shards, silos.Count);
        IEnumerable<int> busy = Enumerable.Range(0, silos.Count).Where(i => blocks[i].Length > 0);
        Participants = await Task.WhenAll(busy.Select(i => PrepareAsync(silos[i], blocks[i], snapshot))).WaitAsync(cancellationToken);
        Step = snapshot?.Step ?? 0;
        foreach (Participant participant in Participants)
        {
            if (participant.Ready.Step != Step)
                throw new InvalidOperationException($"silo {participant.Silo.Endpoint} loaded step {participant.Ready.Step}, not {Step}");
        }

        ulong[][] hashes = [.. Participants.Select(participant => participant.Ready.LayerHashes)];
        EnsureEqual(hashes, Step);
        if (snapshot is not null && !hashes[0].SequenceEqual(snapshot.LayerHashes))
            throw new InvalidOperationException($"step {Step}: silo {Participants[0].Silo.Endpoint} has other weights than the snapshot");
        using var network = new Network(ModelSpec.Parse(Spec.ModelJson, Spec.ModelName), kernels, Spec.Seed);
        _reducer = new StepReducer(kernels, network.Parameters);
    }

    /// <summary>Finishes the shard tree on the compute threads.</summary>
    /// <param name="step">The step.</param>
    /// <param name="sums">The subtrees of all silos.</param>
    /// <returns>The sum over all shards, in the buffer of one of them.</returns>
    /// <exception cref="NonFiniteGradientException">Loss or gradient are not finite.</exception>
    public async Task<ReducedGradient> ReduceAsync(long step, IReadOnlyList<GradientSum> sums)
    {
        StepReducer reducer = _reducer ?? throw new InvalidOperationException("no worker has joined");
        ReducedGradient reduced = default;
        await pool.RunAsync(() => reduced = reducer.Reduce(step, Spec.Shards, sums));
        return reduced;
    }

    /// <summary>Checks that all replicas have the same weights.</summary>
    /// <param name="hashes">For each participant, a hash for each layer.</param>
    /// <param name="step">Updates applied.</param>
    /// <exception cref="InvalidOperationException">They differ: memory or processor of a silo is broken, or it runs another build.</exception>
    public void EnsureEqual(ulong[][] hashes, long step)
    {
        for (int i = 1; i < hashes.Length; i++)
        {
            if (hashes[i].AsSpan().SequenceEqual(hashes[0])) continue;
            throw new InvalidOperationException(
                $"step {step}: the weights on silo {Participants[i].Silo.Endpoint} differ from those on silo {Participants[0].Silo.Endpoint}");
        }
    }

    /// <summary>Frees the replicas. Failures do not matter: the next coordinator replaces them.</summary>
    /// <returns>When all have answered.</returns>
    public async Task ReleaseAsync()
    {
        foreach (Participant participant in Participants)
        {
            try
            {
                await participant.Worker.Release(Job, Fence);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                // Its silo is gone, and the replica with it.
            }
        }
    }

    private async Task<Participant> PrepareAsync(SiloAddress silo, int[] shards, Snapshot? snapshot)
    {
        IWorkerService worker = workers.On(silo);
        var request = new PrepareRequest(Job, Fence, Protocol.Version, NumericsVersion.Current, snapshot?.Step, shards);
        return new Participant(silo, worker, shards, await worker.Prepare(request), silo.Equals(local));
    }
}
