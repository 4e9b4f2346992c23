using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Dashboard.Live;
using DistConv.Dashboard.Series;
using DistConv.Training.Records;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>What has happened, and what is happening.</summary>
internal sealed class EventEndpoints(IDistConvClient client, SeriesCache cache, LiveHub hub)
{
    private const int MaxJobs = 32;
    private const int RetrySeconds = 5;

    /// <summary>GET jobs/{id}/events.</summary>
    public async Task HistoryAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery();
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        JobSeries series = cache.Get(found.Job.Id);
        await series.RefreshAsync(found.Job, ct);
        (IReadOnlyList<Training.Records.JobEvent> events, RecordCursor cursor) = series.ReadEvents();
        await Answer.JsonAsync(context, new JobEventList([.. events.Select(JobEvents.Of)], cursor.ToString()), DashboardJson.Default.JobEventList);
    }

    /// <summary>GET events: server-sent events until the caller goes.</summary>
    public async Task StreamAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("jobs", "after");
        IReadOnlyDictionary<string, RecordCursor?> jobs = await ReadJobsAsync(context, ct);
        LiveStream stream = hub.TryOpen(jobs)
            ?? throw new HttpProblem(503, "there are too many event streams; close other tabs of the dashboard") { RetryAfterSeconds = RetrySeconds };
        try
        {
            await new EventWriter(context, stream).WriteAsync(ct);
        }
        finally
        {
            hub.Close(stream);
        }
    }

    private async Task<IReadOnlyDictionary<string, RecordCursor?>> ReadJobsAsync(HttpContext context, CancellationToken ct)
    {
        string[] ids = context.QueryText("jobs")?.Split(',') ?? [];
        if (ids.Length > MaxJobs) throw new HttpProblem(400, $"jobs has {ids.Length} ids; give at most {MaxJobs}");
        if (ids.Distinct(StringComparer.Ordinal).Count() < ids.Length) throw new HttpProblem(400, "jobs has an id twice; give it once");
        string[] after = context.QueryText("after")?.Split(',') ?? [];
        if (after.Length > 0 && after.Length != ids.Length)
            throw new HttpProblem(400, $"after has {after.Length} positions for {ids.Length} jobs; give one for each job, or an empty one");
        Dictionary<string, RecordCursor?> cursors = new(StringComparer.Ordinal);
        foreach ((int i, string id) in ids.Index())
        {
            FoundJob found = await FoundJob.FindAsync(client, id, ct);
            cursors.Add(found.Job.Id, after.Length > 0 && after[i].Length > 0 ? RecordCursor.Parse(after[i]) : null);
        }

        foreach ((string id, RecordCursor cursor) in LastEventId(context)) if (cursors.ContainsKey(id)) cursors[id] = cursor;
        return cursors;
    }

    /// <summary>"ID:cursor,ID:cursor": where a reader was when its connection broke. What cannot be read is left out.</summary>
    private static IEnumerable<(string Id, RecordCursor Cursor)> LastEventId(HttpContext context)
    {
        foreach (string part in context.Request.Headers["Last-Event-ID"].ToString().Split(','))
        {
            int colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && RecordCursor.TryParse(part[(colon + 1)..], out RecordCursor cursor)) yield return (part[..colon].Trim(), cursor);
        }
    }
}
