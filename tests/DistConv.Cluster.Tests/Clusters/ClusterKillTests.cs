using DistConv.Chaos.Harness;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>kill -9 and SIGSTOP of silos of a real cluster.</summary>
public sealed class ClusterKillTests(ClusterFixture fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task Kill_workersCoordinatorsAndAllAtOnce_jobGoesOnWithTheQuietBits()
    {
        await using ClusterJob job = await Fixture.StartAsync("kills");
        foreach (string victim in (string[])["worker", "coordinator", "worker", "coordinator", "all"])
        {
            await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
            long complete = job.Status!.Step;
            IReadOnlyList<SupervisedSilo> silos = victim switch
            {
                "worker" => [await WorkerAsync(job)],
                "coordinator" => [await CoordinatorAsync(job)],
                _ => Cluster.Silos,
            };
            StepMark mark = Strike(job, () => Assert.All(silos, silo => Assert.NotEqual(0, silo.Kill())));
            SeenStep next = await ClusterFixture.NextStepAsync(job, mark);
            long recomputed = job.Observer.RecomputedUnder(mark, next.Fence);
            long allowed = victim == "all" ? ClusterFixture.SnapshotEvery : job.Observer.RecomputableUnder(mark, complete);
            Assert.True(recomputed <= allowed, $"{victim}: {recomputed} completed steps were computed again, at most {allowed} are expected");
        }

        await Fixture.AssertQuietAsync(job);
        JobEventKind[] kinds = [.. job.Folder.ReadRecordTable().Events.Select(happened => happened.Kind).Distinct()];
        JobEventKind[] expected = [JobEventKind.Takeover, JobEventKind.SiloLost, JobEventKind.SiloJoined, JobEventKind.ShardsMoved, JobEventKind.Retry];
        Assert.Empty(expected.Except(kinds));
    }

    /// <summary>Of a model that several silos add up: what the owner of some ranges has sent of a step, and what it has not, changes no bit.</summary>
    [Fact]
    public async Task KillAndFreeze_ofAnOwnerInTheMiddleOfAnExchange_jobGoesOnWithTheQuietBits()
    {
        Assert.SkipUnless(ExchangeAim.IsPossible, "only Linux tells when a thread works");
        await using ClusterJob job = await Fixture.StartAsync("owners", JobRecipe.Wide);
        foreach ((bool kills, double share) in ((bool, double)[])[(true, 0.1), (false, 0.3), (true, 0.7)])
        {
            await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
            SupervisedSilo owner = await WorkerAsync(job);
            StepMark mark = default;
            double? struck = await ExchangeAim.StrikeAsync(
                owner.ProcessId, share,
                () => mark = Strike(job, () =>
                {
                    if (kills) owner.Kill();
                    else owner.Freeze();
                }),
                ClusterFixture.Bound);
            Assert.NotNull(struck);
            if (!kills)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), Token); // Less than any deadline: the others wait.
                owner.Thaw();
            }

            await ClusterFixture.NextStepAsync(job, mark);
        }

        await Fixture.AssertQuietAsync(job);
    }

    /// <summary>The weights are those of the survivor's replica, and its record continues where the other one's ends.</summary>
    [Fact]
    public async Task Kill_workerAndThenCoordinatorForGood_lastSiloContinuesFromItsReplica()
    {
        await using ClusterJob job = await Fixture.StartAsync("last-silo", snapshotEvery: 100);
        try
        {
            SupervisedSilo worker = await WorkerAsync(job);
            int lost = worker.ProcessId;
            await Cluster.LoseAsync(worker);
            JobStatusRecord two = await job.UntilAsync(
                status => status.Silos.Count == 2 && status.Silos.All(silo => silo.ProcessId != lost), ClusterFixture.Bound, Token);
            await Cluster.LoseAsync(await CoordinatorAsync(job));
            StepMark mark = Strike(job, () => { });
            SeenStep next = await ClusterFixture.NextStepAsync(job, mark);
            Assert.InRange(job.Observer.RecomputedUnder(mark, next.Fence), 0, job.Observer.RecomputableUnder(mark, two.Step));
            long[] recorded = [.. job.Folder.FollowRecord().ReadNew().Select(entry => entry.Step).OfType<StepEntry>().Select(step => step.Step)];
            Assert.InRange(recorded.Length - recorded.Distinct().Count(), 0, 1);
        }
        finally
        {
            await Fixture.RefillAsync();
        }

        await Fixture.AssertQuietAsync(job);
    }

    [Fact]
    public async Task Freeze_ofAWorkerAndOfTheCoordinator_jobGoesOnWithoutThemAndTakesThemBack()
    {
        await using ClusterJob job = await Fixture.StartAsync("freeze");
        foreach (bool coordinator in (bool[])[false, true])
        {
            SupervisedSilo silo = coordinator ? await CoordinatorAsync(job) : await WorkerAsync(job);
            StepMark mark = Strike(job, silo.Freeze);
            try
            {
                await ClusterFixture.NextStepAsync(job, mark);
            }
            finally
            {
                silo.Thaw();
            }

            await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
        }

        await Fixture.AssertQuietAsync(job);
    }

    [Fact]
    public async Task Freeze_ofAllButOne_watchNamesSilosAndShardsAndTheJobGoesOn()
    {
        await using ClusterJob job = await Fixture.StartAsync("alone");
        SupervisedSilo alone = await WorkerAsync(job);
        SupervisedSilo[] others = [.. Cluster.Silos.Where(silo => silo != alone)];
        HashSet<string> unnamed = [.. others.Select(silo => $"(process {silo.ProcessId})")];
        TaskCompletionSource named = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DistConvProcess watch = DistConvProcess.Start(Cluster.Folder, null, ["jobs", "watch", job.Id, .. Cluster.Address], line =>
        {
            if (line.Contains("shard", StringComparison.Ordinal)) unnamed.RemoveWhere(name => line.Contains(name, StringComparison.Ordinal));
            if (unnamed.Count == 0) named.TrySetResult();
            return Task.CompletedTask;
        });
        StepMark mark = Strike(job, () => Array.ForEach(others, silo => silo.Freeze()));
        try
        {
            await ClusterFixture.NextStepAsync(job, mark);
            await named.Task.WaitAsync(ClusterFixture.Bound, Token);
        }
        finally
        {
            foreach (SupervisedSilo silo in others) silo.Thaw();
            await ClusterRun.SignalAsync("KILL", watch.Id);
            await watch.WaitAsync();
        }

        await Cluster.UntilAllTakePartAsync(job, ClusterFixture.Bound, Token);
        await Fixture.AssertQuietAsync(job);
    }
}
