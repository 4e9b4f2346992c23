using DistConv.Grains.Contracts;
using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>A learning rate that depends on evaluations has the bits of the control run, wherever a job runs. 53 samples, batch 10: an epoch has 6
/// steps.</summary>
public sealed class PlateauTests : IDisposable
{
    private const float Rate = 0.3f;

    private TinyJob _job = Create(totalSteps: 48);

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 12)]
    [InlineData(3, 31)]
    public async Task Job_anySilosStoppedAndResumed_hasTheBitsOfTheControlRun(int silos, long stop)
    {
        JobStatus local = await _job.TrainLocallyAsync();
        Assert.True(local.LearningRate < Rate / 4, $"the job has no plateau: {local.LearningRate}");
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos, keepsJobs: false);
        JobClient jobs = cluster.Hosts[0].Services.GetRequiredService<JobClient>();

        await jobs.StartAsync(TinyJob.Id, new RunOptions(StopAt: stop));
        JobStatus stopped = await jobs.WaitAsync();
        await jobs.StartAsync(TinyJob.Id, new RunOptions(StopAt: stop + 7));
        await jobs.WaitAsync();
        await jobs.StartAsync(TinyJob.Id, new RunOptions());
        JobStatus status = await jobs.WaitAsync();

        Assert.Equal((JobState.Stopped, silos), (stopped.State, stopped.Silos.Count));
        Assert.Equal((JobState.Done, local.WeightsDigest, local.LearningRate), (status.State, status.WeightsDigest, status.LearningRate));
        Assert.Equal(
            local.Epochs.Select(epoch => epoch with { Seconds = 0 }), status.Epochs.Select(epoch => epoch with { Seconds = 0 }));
    }

    /// <summary>The silo that joins applies gradients that it missed: each with the rate of its own epoch.</summary>
    [Fact]
    public async Task Job_siloJoins_hasTheBitsOfTheControlRun()
    {
        _job.Dispose();
        _job = Create(totalSteps: 1_000_000);
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2, keepsJobs: false);
        JobClient jobs = cluster.Hosts[0].Services.GetRequiredService<JobClient>();
        await jobs.StartAsync(TinyJob.Id, new RunOptions());
        await SmallCluster.UntilAsync(async () => (await jobs.GetStatusAsync(TinyJob.Id)).Step > 20);
        await cluster.AddAsync();
        await SmallCluster.UntilAsync(async () => (await jobs.GetStatusAsync(TinyJob.Id)).Silos.Count == 3);
        long joined = (await jobs.GetStatusAsync(TinyJob.Id)).Step;
        await SmallCluster.UntilAsync(async () => (await jobs.GetStatusAsync(TinyJob.Id)).Step > joined + 20);
        await jobs.StopAsync(TinyJob.Id);

        JobStatus stopped = await jobs.WaitAsync();

        JobStatus local = await _job.TrainLocallyAsync(stopped.Step);
        Assert.Equal((JobState.Stopped, local.WeightsDigest), (stopped.State, stopped.WeightsDigest));
    }

    /// <summary>The next coordinator knows the epochs from the replicas and the snapshots.</summary>
    [Fact]
    public async Task Job_handedOver_hasTheBitsOfTheControlRun()
    {
        _job.Dispose();
        _job = Create(totalSteps: 600);
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 3);
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), new RunMessage(null, 1, 5));
        await SmallCluster.UntilAsync(async () => (await cluster.Jobs(0).GetStatus(TinyJob.Id)).Step > 20);
        int owner = cluster.OwnerOf(TinyJob.Id);

        await cluster.StopAsync(owner);

        JobStatus done = await cluster.WaitAsync(owner == 0 ? 1 : 0);
        Assert.Equal((JobState.Done, local.WeightsDigest), (done.State, done.WeightsDigest));
    }

    private static TinyJob Create(long totalSteps) => new(Rate, spec => spec with
    {
        TotalSteps = totalSteps,
        Schedule = new ScheduleSpec("plateau", EveryEpochs: 1, Factor: 0.5),
    });
}
