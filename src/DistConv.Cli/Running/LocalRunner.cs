using DistConv.Core.Kernels;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Cli.Running;

/// <summary>temp</summary>
internal sealed class LocalRunner(JobFolder folder, PlannedJob planned, int threads, KernelSet kernel, TimeProvider time) : IJobRunner
{
    public Task StartAsync(string job, RunOptions options) => throw new NotSupportedException($"{folder}{planned}{threads}{kernel}{time}");
    public Task<JobStatus> GetStatusAsync(string job) => throw new NotSupportedException();
    public Task StopAsync(string job) => throw new NotSupportedException();
    public ValueTask DisposeAsync() => default;
}
