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
        await Cluster.Redis.FlushAsync(Token);
        StepMark mark = Strike(job, () => { });
        foreach (SupervisedSilo silo in Cluster.Silos) await silo.ReadyAsync(Position, ClusterFixture.Bound, Token);
        await ClusterFixture.NextStepAsync(job, mark);
        await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
        Assert.All(Cluster.Silos.Zip(starts), pair => Assert.True(pair.First.Starts > pair.Second, $"{pair.First.Name} was not started again"));
        await Fixture.AssertQuietAsync(job);
    }

    [Fact]
    public async Task Serve_withOtherData_takesNoShardAndSaysSo()
    {
        await using ClusterJob job = await Fixture.StartAsync("other-data");
        SupervisedSilo stranger = await Cluster.AddAsync(data: TinyData.WriteIdx(Path.Combine(Cluster.Folder, "other-data"), train: 204));
        try
        {
            await LineAsync(stranger, "takes no shard");
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

    [Fact]
    public async Task Serve_withAnotherStore_doesNotStart()
    {
        SupervisedSilo stranger = await Cluster.AddAsync(store: Path.Combine(Cluster.Folder, "another-store"));
        try
        {
            await LineAsync(stranger, "this folder is not shared");
            await LineAsync(stranger, "(process ended with exit code 2)");
        }
        finally
        {
            await Cluster.RemoveAsync(stranger);
        }
    }

    private Task<JournalLine> LineAsync(SupervisedSilo silo, string text) => Cluster.Journal.FirstAsync(
        Position, line => line.Source == silo.Name && line.Text.Contains(text, StringComparison.Ordinal), ClusterFixture.Bound, Token);
}
