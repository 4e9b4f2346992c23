using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Coordination;
using DistConv.Grains.Settings;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using Microsoft.Extensions.Options;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class RunningJobsTests : IDisposable
{
    private readonly TinyJob _job = new();

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Leave_jobThatWasRestarted_keepsItsStatusAsLongAsTheOthers()
    {
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(_job.Spec, _job.Source, pool, KernelSets.Select("scalar"));
        await using var loop = new TrainingLoop(_job.Folder, trainer, new RunOptions(), TimeProvider.System);
        IOptions<DistConvOptions> options = Options.Create(new DistConvOptions { StoreDirectory = _job.Store, Threads = 1 });
        await using var host = new ReplicaHost(options);
        using var running = new RunningJobs(options, host);
        End("again");
        End("first");
        End("again");
        for (int i = 0; i < RunningJobs.KeptStatuses - 1; i++) End($"other-{i}");

        Assert.Null(running.GetStatus("first"));
        Assert.Equal(JobState.Stopped, running.GetStatus("again")?.State);
        Assert.Equal(JobState.Stopped, running.GetStatus("other-0")?.State);

        void End(string job)
        {
            running.Enter(job, loop, isKept: false);
            running.Leave(job, loop.Status with { State = JobState.Stopped });
        }
    }
}
