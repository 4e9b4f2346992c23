using DistConv.Chaos.Harness;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>Jobs of a real cluster: pause, resume and cancel, and two at once.</summary>
public sealed class ClusterJobsTests(ClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task Jobs_pauseResumeCancel_changeNoBit()
    {
        await using ClusterJob job = await Fixture.StartAsync("pauses");
        await Fixture.AssertQuietAsync(job);
        long paused = job.Status!.Step;

        await Cluster.CommandAsync(Token, "jobs", "resume", job.Id, "--detach", "--quiet");
        await job.Observer.ReachAsync(paused + 20, ClusterFixture.Bound, Token);
        await Cluster.CommandAsync(Token, "jobs", "cancel", job.Id);
        JobStatusRecord ended = await job.UntilAsync(status => status.State == JobState.Cancelled, ClusterFixture.Bound, Token);
        Assert.Empty(StoreAudit.Check(job.Folder, ended.Step, await QuietRun.RunAsync(Cluster.Folder, job.Recipe, job.Steps, ended.Step, Token)));
    }

    [Fact]
    public async Task Jobs_twoAtOnce_takeTurnsAndHaveTheirOwnBits()
    {
        await using ClusterJob first = await Fixture.StartAsync("first");
        await using ClusterJob second = await Fixture.StartAsync("second", JobRecipe.TinySgd);
        (long firstFrom, long secondFrom) = (first.Observer.Highest, second.Observer.Highest);
        await first.Observer.ReachAsync(firstFrom + 500, ClusterFixture.Bound, Token);
        await second.Observer.ReachAsync(secondFrom + 100, ClusterFixture.Bound, Token);
        (long firstSteps, long secondSteps) = (first.Observer.Highest - firstFrom, second.Observer.Highest - secondFrom);

        // A share is a half: half of it is a quarter.
        Assert.True(long.Min(firstSteps, secondSteps) * 4 >= firstSteps + secondSteps, $"{firstSteps} and {secondSteps} steps in the same time");
        await Fixture.AssertQuietAsync(first);
        await Fixture.AssertQuietAsync(second);
    }
}
