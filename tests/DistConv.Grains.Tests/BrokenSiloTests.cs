using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Steps;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Silos whose memory or samples are not what they should be.</summary>
public sealed class BrokenSiloTests : IDisposable
{
    private static readonly RunMessage _run = new(StopAt: null, SnapshotEverySteps: 1, SnapshotSeconds: 5);

    private readonly TinyJob _job = new(change: spec => spec with { TotalSteps = 900 });

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Job_bitThatFallsOverOnOneSilo_namesItWithinAStepAndIsResumedToTheQuietBits()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 3);
        await StartAsync(cluster);
        int broken = Enumerable.Range(0, 3).First(silo => silo != cluster.OwnerOf(TinyJob.Id));
        Replica replica = ReplicaOn(cluster, broken);
        long step = replica.Step + 100;
        replica.Faults = new Faults(Flip: new FlippedWeight(step, Index: 3, Bit: 20));

        JobStatus failed = await cluster.WaitAsync(0);

        Assert.Equal(JobState.Failed, failed.State);
        Assert.Matches(
            $@"step ({step + 1}|{step + 2}): the weights on silo {cluster.Address(broken).Endpoint} .*differ from those on the other silos", failed.Message);
        StoredSnapshot stored = _job.Folder.LatestVerified(out IReadOnlyList<string> warnings)!;
        Assert.Empty(warnings);
        Assert.InRange(stored.Snapshot.Step, 1, step + 1);
        await cluster.Jobs(1).Resume(TinyJob.Id, _run);
        JobStatus done = await cluster.WaitAsync(0);
        Assert.Equal((JobState.Done, local.WeightsDigest), (done.State, done.WeightsDigest));
    }

    [Fact]
    public async Task Job_sampleThatIsNotANumber_isNamedWithLayerAndShard()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);
        await StartAsync(cluster);
        for (int silo = 0; silo < 2; silo++) ReplicaOn(cluster, silo).Faults = new Faults(PoisonedSample: 17);

        JobStatus failed = await cluster.WaitAsync(1);

        Assert.Equal(JobState.Failed, failed.State);
        Assert.Matches(@"^step [0-9]+: the input is not finite for sample 17 \(shard [0-3]\); the weights of step [0-9]+ are untouched$", failed.Message);
        StoredSnapshot stored = _job.Folder.LatestVerified(out IReadOnlyList<string> warnings)!;
        Assert.Empty(warnings);
        Assert.Equal(failed.Step, stored.Snapshot.Step);
    }

    private static Replica ReplicaOn(SmallCluster cluster, int silo) => cluster.Hosts[silo].Services.GetRequiredService<ReplicaHost>()[TinyJob.Id].Replica;

    private async Task StartAsync(SmallCluster cluster)
    {
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), _run);
        await SmallCluster.UntilAsync(
            async () => await cluster.Jobs(1).GetStatus(TinyJob.Id) is { Step: > 2 } status && status.Silos.Count == cluster.Hosts.Count);
    }
}
