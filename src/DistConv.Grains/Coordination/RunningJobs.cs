using DistConv.Grains.Settings;
using DistConv.Grains.Workers;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Coordination;

/// <summary>
/// The jobs whose coordinators are on this silo, and how those stand that have ended here. When the silo stops they end first, while workers and shards still
/// answer: those of a cluster at a step boundary with a snapshot, the others at a slice's end. Then the silo waits until coordinators elsewhere do without it.
/// Their state in the store stays "running", since nobody asked them to end.
/// </summary>
/// <param name="options">The silo's settings.</param>
/// <param name="host">The silo's replicas, which coordinators elsewhere may use.</param>
internal sealed class RunningJobs(IOptions<DistConvOptions> options, ReplicaHost host) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>The statuses of the jobs that ended last are kept.</summary>
    public const int KeptStatuses = 100;

    /// <summary>A coordinator elsewhere hears within a heartbeat that this silo leaves, and lets it go after the step.</summary>
    private static readonly TimeSpan _leavePatience = TimeSpan.FromSeconds(12);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Run> _running = [];
    private readonly OrderedDictionary<string, JobStatus> _ended = [];
    private readonly CancellationTokenSource _abandoned = new();
    private volatile bool _isHalting;

    /// <summary>Whether the silo stops: coordinators end, and none is started.</summary>
    public bool IsHalting => _isHalting;

    /// <summary>The ids of the jobs.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_gate) return [.. _running.Keys];
        }
    }

    /// <summary>Cancelled when the silo does not wait any longer.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Notes a job.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="loop">Its run.</param>
    /// <param name="isKept">Whether another silo takes it over.</param>
    public void Enter(string job, TrainingLoop loop, bool isKept)
    {
        lock (_gate)
        {
            _running[job] = new Run(loop, isKept, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _ended.Remove(job);
        }

        if (isKept && _isHalting) loop.RequestHandover();
    }

    /// <summary>A job has ended here, well or not.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="status">Its last status; null: another coordinator has it.</param>
    public void Leave(string job, JobStatus? status)
    {
        lock (_gate)
        {
            if (!_running.Remove(job, out Run? run)) return;
            run.Ended.TrySetResult();
            if (status is null) return;
            _ended.Remove(job);
            _ended.Add(job, status);
            if (_ended.Count > KeptStatuses) _ended.RemoveAt(0);
        }
    }

    /// <summary>Whether a job's coordinator is on this silo.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>True until everything is written and freed.</returns>
    public bool Has(string job)
    {
        lock (_gate) return _running.ContainsKey(job);
    }

    /// <summary>Whether a job's coordinator is on this silo and has not come to the job's end.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>False while it writes and frees what is left.</returns>
    public bool IsTraining(string job)
    {
        lock (_gate) return _running.TryGetValue(job, out Run? run) && run.Loop.Status.State == JobState.Running;
    }

    /// <summary>How a job stands here.</summary>
    /// <param name="job">The job id.</param>
    /// <returns>The status; running until everything is written and freed, so that whoever sees the end may resume it at once. Null: it was not coordinated
    /// here.</returns>
    public JobStatus? GetStatus(string job)
    {
        lock (_gate)
        {
            return _running.TryGetValue(job, out Run? run) ? run.Loop.Status with { State = JobState.Running, Message = null } : _ended.GetValueOrDefault(job);
        }
    }

    /// <summary>Has a job look for requests at once.</summary>
    /// <param name="job">The job id.</param>
    public void Nudge(string job)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(job, out Run? run)) run.Loop.Nudge();
        }
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RunningJobs), ServiceLifecycleStage.Active, static _ => Task.CompletedTask, HaltAsync);

    /// <inheritdoc/>
    public void Dispose() => _abandoned.Dispose();

    private async Task HaltAsync(CancellationToken cancellationToken)
    {
        _isHalting = true;
        Run[] runs;
        lock (_gate) runs = [.. _running.Values];
        foreach (Run run in runs.Where(run => run.IsKept)) run.Loop.RequestHandover();
        Task all = Task.WhenAll(runs.Select(run => run.Ended.Task));
        try
        {
            await all.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await _abandoned.CancelAsync();
            await all;
        }

        if (!options.Value.KeepsJobs) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_leavePatience);
        await host.WhenIdleAsync(patience.Token);
    }

    private sealed record Run(TrainingLoop Loop, bool IsKept, TaskCompletionSource Ended);
}
