using DistConv.Chaos.Harness;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>Who belongs to a cluster, and what it does without them.</summary>
public sealed class ClusterMembershipTests(ClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task Redis_losesItsData_silosComeBackAndTheJobHasTheQuietBits()
    {
        await using ClusterJob job = await Fixture.StartAsync("flush");
        int[] starts = [.. Cluster.Silos.Select(silo => silo.Starts)];
        await Cluster.Redis.FlushAsync();
        StepMark mark = Strike(job, () => { });
        foreach (SupervisedSilo silo in Cluster.Silos) await silo.ReadyAsync(Position, ClusterFixture.Bound, Token);
        await ClusterFixture.NextStepAsync(job, mark);
        await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
        Assert.All(Cluster.Silos.Zip(starts), pair => Assert.True(pair.First.Starts > pair.Second, $"{pair.First.Name} was not started again"));
        await Fixture.AssertQuietAsync(job);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Serve_withAnotherStoreOrOtherData_takesNoShard(bool store)
    {
        await using ClusterJob job = await Fixture.StartAsync(store ? "other-store" : "other-data");
        SupervisedSilo stranger = store
            ? await Cluster.AddAsync(store: Path.Combine(Cluster.Folder, "another-store"))
            : await Cluster.AddAsync(data: TinyData.WriteIdx(Path.Combine(Cluster.Folder, "other-data"), train: 204));
        try
        {
            await stranger.ReadyAsync(ClusterFixture.Bound, Token);
            int process = stranger.ProcessId;
            await job.Observer.ReachAsync(job.Observer.Highest + 200, ClusterFixture.Bound, Token);
            Assert.DoesNotContain(job.Status!.Silos, part => part.ProcessId == process && part.Shards.Count > 0);
        }
        finally
        {
            await Cluster.RemoveAsync(stranger);
        }

        await Fixture.AssertQuietAsync(job);
    }
}
