using DistConv.Client.Running;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Client.Series;

/// <summary>Trains several jobs of one source, one after another or some side by side. A series can be continued: its jobs are in the source, and those that
/// are done are counted and not trained again.</summary>
/// <param name="source">Where the jobs are.</param>
/// <param name="end">Asks for the end of a job at a step boundary, with a snapshot.</param>
/// <param name="time">The clock.</param>
/// <param name="watcher">Looks on.</param>
internal sealed class JobSeries(IJobSource source, Func<string, Task> end, TimeProvider time, ISeriesWatcher watcher)
{
    private readonly Dictionary<string, JobState> _known = new(StringComparer.Ordinal);

    /// <summary>Finds the jobs that are there already.</summary>
    /// <param name="jobs">The jobs of the series.</param>
    /// <param name="cancellation">Stops the call.</param>
    /// <returns>How many of them are done.</returns>
    /// <exception cref="InvalidInputException">Some are there with another specification; all of them are named.</exception>
    public async Task<int> CheckAsync(IReadOnlyList<SeriesJob> jobs, CancellationToken cancellation)
    {
        Dictionary<string, JobState> there = (await source.ListAsync(cancellation)).ToDictionary(job => job.Id, job => job.State, StringComparer.Ordinal);
        List<string> problems = [];
        foreach (SeriesJob job in jobs)
        {
            if (!there.TryGetValue(job.Id, out JobState state)) continue;
            JobSpec other = await source.ReadSpecificationAsync(job.Id, cancellation);
            IReadOnlyList<SpecDifference> differences = other.DifferencesTo(job.Plan.Specification);
            if (differences.Count > 0) problems.Add($"job '{job.Id}' exists with another specification ({Describe(differences)})");
            _known[job.Id] = state;
        }

        return problems.Count == 0
            ? jobs.Count(IsDone)
            : throw new InvalidInputException($"{string.Join("; ", problems)}: give the series another name, or the settings that it had");
    }

    /// <summary>Trains the jobs. When <paramref name="stop"/> is requested, those that run are asked to end with a snapshot, and no other one begins.</summary>
    /// <param name="jobs">The jobs, in the order in which they begin.</param>
    /// <param name="parallel">How many are trained at once, at least 1.</param>
    /// <param name="stop">Ends the series early.</param>
    /// <returns>The result of each; null for those that did not begin.</returns>
    public async Task<IReadOnlyList<SeriesResult?>> RunAsync(IReadOnlyList<SeriesJob> jobs, int parallel, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallel, 1);
        SeriesResult?[] results = new SeriesResult?[jobs.Count];
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, int.Min(parallel, jobs.Count)).Select(_ => WorkAsync()));
        return results;

        async Task WorkAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                int i = Interlocked.Increment(ref next);
                if (i >= jobs.Count) return;
                if (await RunAsync(jobs[i], stop) is not { } result) return;
                results[i] = result;
                await watcher.EndAsync(result);
            }
        }
    }

    /// <returns>Null if the series was ended before the job began.</returns>
    private async Task<SeriesResult?> RunAsync(SeriesJob job, CancellationToken stop)
    {
        try
        {
            if (!IsDone(job)) await StartAsync(job, stop);
            IJobProgress progress = await source.FollowAsync(job.Id, CancellationToken.None);
            if (IsDone(job))
            {
                JobStatus done = (await progress.LookAsync(CancellationToken.None)).Status;
                return new SeriesResult(job, done.State) { Status = done, Message = done.Message, WasDone = true };
            }

            watcher.Begin(job, progress.EpochCount);
            JobSession session = new(progress, () => EndAsync(job), time, status => watcher.Look(job, status));
            JobStatus last = await session.RunAsync(stop);
            return new SeriesResult(job, last.State) { Status = last, Message = last.Message };
        }
        catch (InvalidInputException e)
        {
            return new SeriesResult(job, JobState.Failed) { Message = e.Message };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task StartAsync(SeriesJob job, CancellationToken stop)
    {
        await source.SubmitAsync(job.Id, job.Plan, stop);

        // A cluster takes a job that was paused, stopped or failed as one that has ended.
        if (source.Kind == JobSourceKind.Cluster && _known.ContainsKey(job.Id)) await source.ResumeAsync(job.Id, job.Plan.Run, stop);
    }

    private async Task EndAsync(SeriesJob job)
    {
        try
        {
            await end(job.Id);
        }
        catch (InvalidInputException)
        {
            // It has ended by itself in the meantime: the next look says so.
        }
    }

    private bool IsDone(SeriesJob job) => _known.TryGetValue(job.Id, out JobState state) && state == JobState.Done;

    private static string Describe(IReadOnlyList<SpecDifference> differences)
    {
        const int most = 3, longest = 120;
        IEnumerable<string> parts = differences.Take(most).Select(difference => difference.First.Length + difference.Second.Length > longest
            ? $"{difference.Field} differs" : $"{difference.Field} is {difference.First} there and {difference.Second} here");
        return string.Join(", ", parts) + (differences.Count > most ? $", and {differences.Count - most} more" : "");
    }
}
