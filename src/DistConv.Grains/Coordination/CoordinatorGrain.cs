using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;

namespace DistConv.Grains.Coordination;

internal sealed class CoordinatorGrain : Grain, ICoordinatorGrain
{
    public Task Start(RunMessage options) => Task.CompletedTask;

    public Task Stop() => Task.CompletedTask;

    public Task<JobStatus> GetStatus() => Task.FromResult(new JobStatus { Job = this.GetPrimaryKeyString() });
}
