using DistConv.Core.Models;
using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Silos between which a message carries 100 bytes of gradients or state, and a model of 113 parameters: all that is exchanged travels in
/// chunks.</summary>
public sealed class ChunkedClusterTests : IDisposable
{
    private const long MaxBytes = 100;

    private TinyJob _job = new(change: spec => spec with { TotalSteps = 1_000_000 });

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData(TinyJob.Model)]
    [InlineData(TinyJob.Normed)]
    public async Task Job_gradientsAndStateInChunks_haveTheBitsOfTheControlRun_andASiloJoins(string model)
    {
        _job.Dispose();
        _job = new TinyJob(change: spec => spec with { TotalSteps = 1_000_000, ModelJson = ModelSpec.Parse(model, "tiny").ToJson() });
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2, keepsJobs: false, (_, options) => options.MaxMessageBytes = MaxBytes);
        JobClient jobs = cluster.Hosts[0].Services.GetRequiredService<JobClient>();
        await jobs.StartAsync(TinyJob.Id, new RunOptions());
        await StepsAsync(jobs, silos: 2);

        await cluster.AddAsync();
        await StepsAsync(jobs, silos: 3);
        await StopAndCompareAsync(jobs);
    }

    /// <summary>The snapshot comes from another silo.</summary>
    [Fact]
    public async Task Job_coordinatorWithoutTheData_capturesTheStateOfAnotherSiloInChunks()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2, keepsJobs: false, (silo, options) =>
        {
            options.MaxMessageBytes = MaxBytes;
            if (silo == 0) options.DataDirectory = Path.Combine(_job.Store, "no-data");
        });
        JobClient jobs = cluster.Hosts[0].Services.GetRequiredService<JobClient>();
        await jobs.StartAsync(TinyJob.Id, new RunOptions(SnapshotEverySteps: 1));
        JobStatus status = await StepsAsync(jobs, silos: 1);

        Assert.Equal(cluster.Address(1).Endpoint.ToString(), status.Silos[0].Silo);
        await StopAndCompareAsync(jobs);
    }

    /// <summary>Waits until so many silos have computed some steps.</summary>
    private static async Task<JobStatus> StepsAsync(JobClient jobs, int silos)
    {
        JobStatus? status = null;
        long? from = null;
        await SmallCluster.UntilAsync(async () =>
        {
            status = await jobs.GetStatusAsync(TinyJob.Id);
            Assert.Null(status.Message);
            if (status.Silos.Count == silos) from ??= status.Step;
            return status.Step > from + 5;
        });
        return status!;
    }

    private async Task StopAndCompareAsync(JobClient jobs)
    {
        await jobs.StopAsync(TinyJob.Id);
        JobStatus stopped = await jobs.WaitAsync();
        JobStatus local = await _job.TrainLocallyAsync(stopped.Step);

        Assert.Equal((JobState.Stopped, local.WeightsDigest), (stopped.State, stopped.WeightsDigest));
    }
}
