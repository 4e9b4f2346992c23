using System.Text.Json;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Jobs;

/// <summary>
/// Counts the jobs of a store by their states, and looks at its disk, for the metrics: only when somebody asks, at most every few seconds, and on a thread of
/// the pool, so that a store that does not answer holds nobody up. A job that has ended and whose folder has not changed costs a look at its time stamp.
/// </summary>
/// <param name="open">Opens the store.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreCensus(Func<JobStore> open, TimeProvider time)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CountedJob> _jobs = [];
    private Task _counting = Task.CompletedTask;
    private long _countedAt;
    private Result? _result;

    /// <summary>What was counted last; null before the first count has ended. Begins the next one when that was a while ago.</summary>
    public Result? Latest
    {
        get
        {
            lock (_gate)
            {
                if (_counting.IsCompleted && (_countedAt == 0 || time.GetElapsedTime(_countedAt) >= _interval)) _counting = Task.Run(Count);
                return _result;
            }
        }
    }

    private void Count()
    {
        Result? counted = null;
        try
        {
            counted = Count(open());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            Telemetry.AddReadError(); // Until the store is there again, there is nothing to tell.
        }

        lock (_gate) (_result, _countedAt) = (counted, time.GetTimestamp());
    }

    private Result Count(JobStore store)
    {
        Dictionary<JobState, int> states = Enum.GetValues<JobState>().ToDictionary(state => state, _ => 0);
        int uncoordinated = 0;
        IReadOnlyList<string> ids = store.ListFolders();
        foreach (string gone in _jobs.Keys.Except(ids).ToList()) _jobs.Remove(gone);
        foreach (string id in ids)
        {
            if (!_jobs.TryGetValue(id, out CountedJob? job)) _jobs.Add(id, job = new CountedJob(store, id));
            if (job.Look() is not { } state) continue;
            states[state]++;
            if (job.IsUncoordinated) uncoordinated++;
        }

        return new Result(
            [.. states.Select(state => (JsonNamingPolicy.CamelCase.ConvertName(state.Key.ToString()), (double)state.Value))],
            uncoordinated,
            new DriveInfo(store.Root).AvailableFreeSpace);
    }

    /// <summary>What was counted.</summary>
    /// <param name="Jobs">Jobs by state.</param>
    /// <param name="Uncoordinated">Running jobs of a cluster that nobody coordinates.</param>
    /// <param name="FreeBytes">Free space on the store's disk.</param>
    public sealed record Result(IReadOnlyList<(string State, double Count)> Jobs, int Uncoordinated, long FreeBytes);

    private sealed class CountedJob(JobStore store, string id)
    {
        private readonly FolderChanges _changes = new(Path.Combine(store.Root, id));
        private JobFolder? _folder;
        private JobState? _state;

        /// <summary>Whether a cluster has to go on with it, and nobody does.</summary>
        public bool IsUncoordinated { get; private set; }

        /// <returns>Its state; null if it is no job, or cannot be read.</returns>
        public JobState? Look()
        {
            if (!_changes.Look() && _state is not (null or JobState.Running)) return _state;
            (_state, IsUncoordinated) = (null, false);
            try
            {
                if (!store.Holds(id)) return null;
                _folder ??= store.Open(id);
                JobSummary summary = _folder.Summary();
                _state = StoredJob.InCluster(summary, _folder).State;
                IsUncoordinated = _state == JobState.Running && summary.State == JobState.Interrupted;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
            {
                Telemetry.AddReadError();
            }

            return _state;
        }
    }
}
