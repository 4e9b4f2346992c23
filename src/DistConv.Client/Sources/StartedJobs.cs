using System.Collections.Concurrent;
using DistConv.Client.Running;
using DistConv.Training.Jobs;

namespace DistConv.Client.Sources;

/// <summary>The jobs that a source has started in this process.</summary>
/// <param name="time">The clock.</param>
/// <param name="warn">Gets a line about each job that does not stop.</param>
internal sealed class StartedJobs(TimeProvider time, Action<string> warn)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<string, IJobTrainer> _trainers = new();

    /// <summary>What trains a job; null: nothing does in this process.</summary>
    public IJobTrainer? Find(string job) => _trainers.GetValueOrDefault(job);

    /// <summary>A job has been started.</summary>
    public void Add(string job, IJobTrainer trainer) => _trainers[job] = trainer;

    /// <summary>Ends all jobs at a step boundary, with a snapshot, and forgets them: from then on the store says where they stand.</summary>
    /// <returns>When they have ended, or after half a minute.</returns>
    public async Task StopAsync()
    {
        await Task.WhenAll(_trainers.Select(started => StopAsync(started.Key, started.Value)));
        _trainers.Clear();
    }

    private async Task StopAsync(string job, IJobTrainer trainer)
    {
        long start = time.GetTimestamp();
        try
        {
            if (!await IsRunningAsync(job, trainer)) return;
            await trainer.StopAsync(job).WaitAsync(_patience, time);
            while (await IsRunningAsync(job, trainer))
            {
                if (time.GetElapsedTime(start) > _patience) throw new TimeoutException($"its step has taken {_patience.TotalSeconds:0} s");
                await Task.Delay(_pause, time);
            }
        }
#pragma warning disable CA1031 // Whatever keeps one job from stopping: the others are stopped, and the line says what was lost.
        catch (Exception e)
#pragma warning restore CA1031
        {
            warn($"job '{job}' ends without a snapshot of its last steps ({e.Message.ReplaceLineEndings(" ")}); resuming it computes them again");
        }
    }

    private async Task<bool> IsRunningAsync(string job, IJobTrainer trainer) =>
        (await trainer.GetStatusAsync(job).WaitAsync(_patience, time)).State is JobState.Queued or JobState.Running;
}
