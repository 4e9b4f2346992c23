using DistConv.Client;
using DistConv.Core;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Machines;
using DistConv.Dashboard.Series;
using DistConv.Training.Jobs;
using Microsoft.AspNetCore.Http;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Dashboard.Endpoints;

/// <summary>Who computes what, as the running jobs tell.</summary>
internal sealed class MachineEndpoints(IDistConvClient client, SeriesCache cache, TimeProvider time)
{
    private readonly LostLanes _lost = new(time);

    /// <summary>GET machines.</summary>
    public async Task ShowAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery();
        SiloTable table = new();
        List<JobMachines> jobs = [];
        await foreach (JobSummary job in client.ListAsync(ct))
        {
            if (job.State != JobState.Running || await TryGetAsync(job.Id, ct) is not { } status) continue;
            JobSeries series = cache.Get(job.Id);
            await series.RefreshAsync(client.GetJob(job.Id), ct);
            IReadOnlyList<SiloNews> news = SiloNews.Of(series.ReadEvents().Events, time.GetUtcNow());
            table.Add(status, news);
            Lane[] lanes = series.Read((columns, _) => LaneReader.Read(status.Silos, columns));
            string? coordinator = status.Silos.FirstOrDefault(silo => silo.IsCoordinator)?.Silo;
            jobs.Add(new JobMachines(status.Job, status.Step, coordinator, [.. status.Silos.Select(Part)], _lost.With(status.Job, lanes, news)));
        }

        _lost.Trim();
        await Answer.JsonAsync(context, new MachinesReply(table.ToRows(), jobs), DashboardJson.Default.MachinesReply);
    }

    private static JobSilo Part(SiloStatus silo) =>
        new(silo.Silo, silo.Shards, silo.ComputeMilliseconds > 0 ? silo.ComputeMilliseconds / 1000 : null);

    /// <summary>Null if the job was removed meanwhile.</summary>
    private async Task<JobStatus?> TryGetAsync(string job, CancellationToken ct)
    {
        try
        {
            return await client.GetJob(job).GetStatusAsync(ct);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}
