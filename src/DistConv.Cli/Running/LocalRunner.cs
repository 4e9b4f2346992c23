using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Cli.Running;

/// <summary>The control run: the same loop over one replica in this process, without grains.</summary>
internal sealed class LocalRunner(JobFolder folder, PlannedJob planned, int threads, KernelSet kernel, TimeProvider time) : IJobRunner
{
    private readonly ComputePool _pool = new(threads);
    private LocalTrainer? _trainer;
    private TrainingLoop? _loop;
    private Task<JobStatus>? _run;

    private TrainingLoop Loop => _loop ?? throw new InvalidOperationException($"job '{folder.Id}' was not started");

    /// <inheritdoc/>
    public Task StartAsync(string job, RunOptions options)
    {
        _trainer = new LocalTrainer(planned.Spec, planned.Data, _pool, kernel);
        _loop = new TrainingLoop(folder, _trainer, options, time);
        _run = Task.Factory.StartNew(
            () => _loop.RunAsync(CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<JobStatus> GetStatusAsync(string job) => Task.FromResult(Loop.Status);

    /// <inheritdoc/>
    public Task StopAsync(string job)
    {
        Loop.RequestStop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _loop?.RequestStop();
        if (_run is not null) await _run;
        if (_loop is not null) await _loop.DisposeAsync();
        _trainer?.Dispose();
        _pool.Dispose();
    }
}
