using DistConv.Client;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Series;
using DistConv.Training.Jobs;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Live;

/// <summary>All event streams. While there is none, nothing here runs: no task, no timer, no look at any job.</summary>
/// <param name="client">The jobs.</param>
/// <param name="series">Their records.</param>
/// <param name="options">The limits and the clock.</param>
internal sealed class LiveHub(IDistConvClient client, SeriesCache series, DashboardOptions options)
{
    private static readonly TimeSpan _listPause = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<LiveStream> _streams = [];
    private readonly Dictionary<string, RunningFeed> _feeds = new(StringComparer.Ordinal);
    private ListWatch? _list;

    /// <summary>How many streams there are.</summary>
    public int Streams
    {
        get
        {
            lock (_gate) return _streams.Count;
        }
    }

    /// <summary>How many jobs are being watched.</summary>
    public int Feeds
    {
        get
        {
            lock (_gate) return _feeds.Count;
        }
    }

    /// <summary>Opens a stream.</summary>
    /// <returns>Null if there are as many as there may be.</returns>
    public LiveStream? TryOpen(IReadOnlyDictionary<string, RecordCursor?> jobs)
    {
        LiveStream stream = new(jobs);
        lock (_gate)
        {
            if (_streams.Count >= options.MaxStreams) return null;
            _streams.Add(stream);
            foreach (string job in jobs.Keys) Listen(job, stream);
            if (_list is null)
            {
                _list = new ListWatch(new CancellationTokenSource());
                CancellationToken ct = _list.Stop.Token;
                _ = Task.Run(() => WatchListAsync(ct), CancellationToken.None);
            }
        }

        return stream;
    }

    /// <summary>Closes a stream.</summary>
    public void Close(LiveStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
            foreach (string job in stream.Cursors.Keys) Leave(job, stream);
            if (_streams.Count > 0) return;
            _list?.Stop.Cancel();
            _list?.Stop.Dispose();
            _list = null;
        }
    }

    private void Listen(string job, LiveStream stream)
    {
        if (!_feeds.TryGetValue(job, out RunningFeed? running))
        {
            running = new RunningFeed(new JobFeed(client.GetJob(job), series.Get(job), options.Time), new CancellationTokenSource());
            _feeds.Add(job, running);
            _ = WatchAsync(running.Feed, running.Stop.Token);
        }

        running.Readers++;
        running.Feed.Add(stream);
    }

    private void Leave(string job, LiveStream stream)
    {
        RunningFeed running = _feeds[job];
        running.Feed.Remove(stream);
        if (--running.Readers > 0) return;
        running.Stop.Cancel();
        running.Stop.Dispose();
        _feeds.Remove(job);
    }

    private async Task WatchAsync(JobFeed feed, CancellationToken ct)
    {
        try
        {
            await Task.Run(() => feed.RunAsync(ct), CancellationToken.None);
        }
#pragma warning disable CA1031 // A fault of ours, in a task that nobody awaits: it is told, and the page goes on without live news of this job.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Warn(e);
        }
    }

    /// <summary>Tells everybody when jobs come, go, or change their states.</summary>
    private async Task WatchListAsync(CancellationToken ct)
    {
        HashSet<(string, JobState, long)>? before = null;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                HashSet<(string, JobState, long)> now = [];
                await foreach (JobSummary job in client.ListAsync(ct)) now.Add((job.Id, job.State, job.TotalSteps));
                if (before is not null && !before.SetEquals(now)) Broadcast(LiveMessage.Of("jobs", new JobsEvent(), DashboardJson.Default.JobsEvent));
                before = now;
                await Task.Delay(_listPause, options.Time, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is InvalidInputException or ClusterUnavailableException or IOException)
            {
                await Task.Delay(_listPause, options.Time, ct).ContinueWith(static _ => { }, TaskScheduler.Default); // It may answer again.
            }
#pragma warning disable CA1031 // As above.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Warn(e);
                return;
            }
        }
    }

    private void Broadcast(LiveMessage message)
    {
        lock (_gate)
        {
            foreach (LiveStream stream in _streams) stream.Send(message);
        }
    }

    private void Warn(Exception e) => options.Warn($"dashboard: {e}".ReplaceLineEndings(" "));

    private sealed record ListWatch(CancellationTokenSource Stop);

    private sealed class RunningFeed(JobFeed feed, CancellationTokenSource stop)
    {
        public JobFeed Feed => feed;

        public CancellationTokenSource Stop => stop;

        public int Readers { get; set; }
    }
}
