using System.Collections.Concurrent;

namespace DistConv.Grains.Coordination;

/// <summary>
/// The jobs whose coordinators are on this silo. When the silo stops they end first, at a slice's end, while workers and shards still answer: their
/// state in the store stays "running", so that it is clear that nobody asked them to end.
/// </summary>
internal sealed class RunningJobs : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _running = new();
    private readonly CancellationTokenSource _abandoned = new();
    private volatile bool _isHalting;

    /// <summary>Whether the silo stops: coordinators end after their slice.</summary>
    public bool IsHalting => _isHalting;

    /// <summary>The ids of the jobs.</summary>
    public ICollection<string> Ids => _running.Keys;

    /// <summary>Cancelled when the silo does not wait any longer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Notes a job.</summary>
    /// <param name="job">The job id.</param>
    public void Enter(string job) => _running[job] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A job has ended, well or not.</summary>
    /// <param name="job">The job id.</param>
    public void Leave(string job)
    {
        if (_running.TryRemove(job, out TaskCompletionSource? ended)) ended.TrySetResult();
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RunningJobs), ServiceLifecycleStage.Active, static _ => Task.CompletedTask, HaltAsync);

    /// <inheritdoc/>
    public void Dispose() => _abandoned.Dispose();

    private async Task HaltAsync(CancellationToken cancellationToken)
    {
        _isHalting = true;
        Task all = Task.WhenAll(_running.Values.Select(ended => ended.Task));
        try
        {
            await all.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await _abandoned.CancelAsync();
            await all;
        }
    }
}
