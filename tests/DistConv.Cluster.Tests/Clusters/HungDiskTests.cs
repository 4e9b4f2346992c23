using System.Diagnostics;
using DistConv.Chaos.Harness;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>Silos whose data file hangs on opening: a FIFO that nobody writes stands in its place. They answer heartbeats all the time.</summary>
public sealed class HungDiskTests(ClusterFixture fixture) : ClusterTest(fixture)
{
    private static readonly string _file = TinyData.FileNames[0];

    [Fact]
    public async Task Serve_dataFileHangs_jobBeginsWithoutTheSiloAndNamesIt()
    {
        string data = Path.Combine(Cluster.Folder, "hung-data");
        Directory.CreateDirectory(data);
        foreach (string name in TinyData.FileNames[1..]) File.Copy(Path.Combine(Cluster.Folder, "data", name), Path.Combine(data, name));
        await MakeFifoAsync(Path.Combine(data, _file));
        SupervisedSilo stranger = await Cluster.AddAsync(data: data);
        try
        {
            await stranger.ReadyAsync(Position, ClusterFixture.Bound, Token);
            await using ClusterJob job = await Cluster.SubmitAsync("hung-disk", JobRecipe.Tiny, JobRecipe.Endless, ClusterFixture.SnapshotEvery, Token);
            await job.Observer.ReachAsync(20, ClusterFixture.Bound, Token);

            await WatchUntilAsync(Cluster, job.Id, $"(process {stranger.ProcessId}) has not read its data");
            Assert.DoesNotContain(job.Status!.Silos, part => part.ProcessId == stranger.ProcessId);
            await Fixture.AssertQuietAsync(job);
        }
        finally
        {
            await Cluster.RemoveAsync(stranger);
        }
    }

    [Fact]
    public async Task Serve_dataFileOfEverySiloHangs_jobNamesThemAndIsCancelled()
    {
        using TemporaryFolder folder = new();
        await using RealCluster cluster = await RealCluster.StartAsync(folder.FullPath, 1, new Fabric(), ownVolume: false, Token);
        await using ClusterJob job = await cluster.SubmitAsync("hung-disks", JobRecipe.Tiny, JobRecipe.Endless, ClusterFixture.SnapshotEvery, Token);
        await job.Observer.ReachAsync(20, ClusterFixture.Bound, Token);
        Assert.Empty(await cluster.PauseAndCheckAsync(job, Token));
        long step = job.Status!.Step;
        File.Delete(Path.Combine(folder["data"], _file));
        await MakeFifoAsync(Path.Combine(folder["data"], _file));

        await cluster.CommandAsync(Token, "jobs", "resume", job.Id, "--detach", "--quiet");
        SupervisedSilo silo = cluster.Silos[0];
        await WatchUntilAsync(cluster, job.Id, $"the job waits for silo {silo.Place.Advertise} (process {silo.ProcessId})");
        await cluster.CommandAsync(Token, "jobs", "cancel", job.Id);

        JobStatusRecord ended = await job.UntilAsync(status => status.State == JobState.Cancelled, ClusterFixture.Bound, Token);
        Assert.Equal(step, ended.Step);
    }

    /// <summary>Watches a job until a line says something.</summary>
    private static async Task WatchUntilAsync(RealCluster cluster, string job, string text)
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using DistConvProcess watch = DistConvProcess.Start(cluster.Folder, null, ["jobs", "watch", job, .. cluster.Address], line =>
        {
            if (line.Contains(text, StringComparison.Ordinal)) seen.TrySetResult();
            return Task.CompletedTask;
        });
        try
        {
            await seen.Task.WaitAsync(ClusterFixture.Bound, Token);
        }
        finally
        {
            await ClusterRun.SignalAsync("KILL", watch.Id);
            await watch.WaitAsync();
        }
    }

    private static async Task MakeFifoAsync(string path)
    {
        using Process make = Process.Start("mkfifo", [path]);
        await make.WaitForExitAsync(Token);
        Assert.Equal(0, make.ExitCode);
    }
}
