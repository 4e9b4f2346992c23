using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Client.Running;

/// <summary>The control run: the same loop over one replica in this process, without grains. It trains one job.</summary>
internal sealed class LocalJobTrainer(int threads, KernelSet kernel, TimeProvider time) : IJobTrainer
{
    private readonly ComputePool _pool = new(threads);
    private LocalTrainer? _trainer;
    private TrainingLoop? _loop;
    private Task<JobStatus>? _run;

    /// <inheritdoc/>
    public Task StartAsync(JobFolder folder, TrainingPlan plan, RunOptions options)
    {
        if (_loop is not null) throw new InvalidOperationException("the control run trains one job only");
        _trainer = new LocalTrainer(plan.Specification, plan.Data, _pool, kernel);
        _loop = new TrainingLoop(folder, _trainer, options, time);
        _run = Task.Factory.StartNew(
            () => _loop.RunAsync(CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<JobStatus> GetStatusAsync(string job) => Task.FromResult(Started(job).Status);

    /// <inheritdoc/>
    public Task StopAsync(string job)
    {
        Started(job).RequestStop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _loop?.RequestStop();
            if (_run is not null) await _run;
            if (_loop is not null) await _loop.DisposeAsync();
        }
        finally
        {
            _trainer?.Dispose();
            _pool.Dispose();
        }
    }

    private TrainingLoop Started(string job) => _loop ?? throw new InvalidOperationException($"job '{job}' was not started");
}
