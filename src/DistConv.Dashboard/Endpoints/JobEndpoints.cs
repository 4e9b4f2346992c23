using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Training.Jobs;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>The table of jobs, and one job.</summary>
internal sealed class JobEndpoints(IDistConvClient client, JobTable table)
{
    /// <summary>GET jobs.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken ct) =>
        await Answer.JsonAsync(context, new JobList(await table.ListAsync(ct)), DashboardJson.Default.JobList);

    /// <summary>GET jobs/{id}.</summary>
    public async Task ShowAsync(HttpContext context, CancellationToken ct)
    {
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        JobStatus status = await table.StatusAsync(found, ct);
        JobDetail detail = JobDetails.Of(JobTable.Row(status, found.Description), status, found.Description.Specification);
        await Answer.JsonAsync(context, detail, DashboardJson.Default.JobDetail);
    }
}
