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

    [Fact]
    public async Task Serve_withAnotherStore_takesNoShardAndSaysSo() => await RefusedAsync("other-store", "store", store: Path.Combine(Cluster.Folder, "another-store"));

    [Fact]
    public async Task Serve_withOtherData_takesNoShardAndSaysSo() =>
        await RefusedAsync("other-data", "data", data: TinyData.WriteIdx(Path.Combine(Cluster.Folder, "other-data"), train: 204));

    private async Task RefusedAsync(string id, string word, string? store = null, string? data = null)
    {
        SupervisedSilo stranger = await Cluster.AddAsync(store, data);
        try
        {
            await stranger.ReadyAsync(ClusterFixture.Bound, Token);
            await using ClusterJob job = await Cluster.SubmitAsync(id, JobRecipe.Tiny, JobRecipe.Endless, ClusterFixture.SnapshotEvery, Token);
            JournalLine line = await Cluster.Journal.FirstAsync(
                Position, line => line.Source == stranger.Name && line.Text.Contains("no shard", StringComparison.Ordinal), ClusterFixture.Bound, Token);
            Assert.Contains(word, line.Text, StringComparison.Ordinal);
            await job.Observer.ReachAsync(100, ClusterFixture.Bound, Token);
            Assert.DoesNotContain(job.Status!.Silos, part => part.ProcessId == stranger.ProcessId && part.Shards.Count > 0);
            await Fixture.AssertQuietAsync(job);
        }
        finally
        {
            await Cluster.RemoveAsync(stranger);
        }
    }
}
