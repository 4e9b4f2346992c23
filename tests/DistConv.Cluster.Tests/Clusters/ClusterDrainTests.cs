using DistConv.Chaos.Harness;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>SIGTERM: what a silo does is taken over before it ends.</summary>
public sealed class ClusterDrainTests(ClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task Terminate_ofAWorkerAndOfTheCoordinator_losesNoStepAndEndsWell()
    {
        await using ClusterJob job = await Fixture.StartAsync("drain");
        foreach (bool coordinator in (bool[])[false, true])
        {
            SupervisedSilo silo = coordinator ? await CoordinatorAsync(job) : await WorkerAsync(job);
            int position = Cluster.Journal.Count;
            StepMark mark = Strike(job, silo.Terminate);

            JournalLine end = await Cluster.Journal.FirstAsync(
                position, line => line.Source == silo.Name && line.Text.StartsWith("(process ended", StringComparison.Ordinal), ClusterFixture.Bound, Token);
            Assert.Equal("(process ended with exit code 0)", end.Text);
            SeenStep next = await ClusterFixture.NextStepAsync(job, mark);
            Assert.True(job.Observer.RecomputedUnder(mark, next.Fence) <= 0, "completed steps were computed again");
            await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
        }

        await Fixture.AssertQuietAsync(job);
    }
}
