using DistConv.Core.Kernels;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Client.Running;

/// <summary>Control runs of several jobs in this process, each with threads of its own. What a job needs is given back when the next one starts.</summary>
/// <param name="threads">Threads that compute, of each job.</param>
/// <param name="kernel">The kernels.</param>
/// <param name="time">The clock.</param>
internal sealed class LocalJobTrainers(int threads, KernelSet kernel, TimeProvider time) : IJobTrainer
{
    private readonly Dictionary<string, LocalJobTrainer> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobStatus> _ended = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);

    /// <inheritdoc/>
    public Task StartAsync(JobFolder folder, TrainingPlan plan, RunOptions options) => GuardedAsync(async () =>
    {
        foreach ((string job, LocalJobTrainer trainer) in _running.ToArray())
        {
            JobStatus status = await trainer.GetStatusAsync(job);
            if (status.State is JobState.Queued or JobState.Running) continue;
            _running.Remove(job);
            _ended[job] = status;
            await trainer.DisposeAsync();
        }

        LocalJobTrainer started = new(threads, kernel, time);
        _running.Add(folder.Id, started);
        _ended.Remove(folder.Id);
        await started.StartAsync(folder, plan, options);
        return true;
    });

    /// <inheritdoc/>
    public Task<JobStatus> GetStatusAsync(string job) => GuardedAsync(() =>
        _running.TryGetValue(job, out LocalJobTrainer? trainer) ? trainer.GetStatusAsync(job) : Task.FromResult(_ended[job]));

    /// <inheritdoc/>
    public Task StopAsync(string job) => GuardedAsync(async () =>
    {
        if (_running.TryGetValue(job, out LocalJobTrainer? trainer)) await trainer.StopAsync(job);
        return true;
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (LocalJobTrainer trainer in _running.Values) await trainer.DisposeAsync();
        _running.Clear();
        _gate.Dispose();
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> action)
    {
        await _gate.WaitAsync();
        try
        {
            return await action();
        }
        finally
        {
            _gate.Release();
        }
    }
}
