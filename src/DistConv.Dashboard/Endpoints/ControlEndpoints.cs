using System.Text.Json;
using DistConv.Client;
using DistConv.Core;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Training.Jobs;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>Plans and starts jobs, and asks running ones for something.</summary>
internal sealed class ControlEndpoints(IDistConvClient client, JobTable table)
{
    private const int MaxCompared = 32;

    /// <summary>POST plan.</summary>
    public async Task PlanAsync(HttpContext context, CancellationToken ct)
    {
        StartRequest form = await ReadFormAsync(context, ct);
        TrainingPlan plan = await client.PlanAsync(StartForm.ToRequest(form), ct);
        await Answer.JsonAsync(context, PlanText.Of(plan, form), DashboardJson.Default.PlanReply);
    }

    /// <summary>POST jobs.</summary>
    public async Task StartAsync(HttpContext context, CancellationToken ct)
    {
        StartRequest form = await ReadFormAsync(context, ct);
        TrainingPlan plan = await client.PlanAsync(StartForm.ToRequest(form), ct);
        TrainingJob job = await DoAsync(() => client.SubmitAsync(plan, ct));
        await Answer.JsonAsync(context, new StartedJob(job.Id), DashboardJson.Default.StartedJob, StatusCodes.Status201Created);
    }

    /// <summary>POST jobs/{id}/pause.</summary>
    public Task PauseAsync(HttpContext context, CancellationToken ct) => AskAsync(context, job => job.PauseAsync(ct), ct);

    /// <summary>POST jobs/{id}/cancel.</summary>
    public Task CancelAsync(HttpContext context, CancellationToken ct) => AskAsync(context, job => job.CancelAsync(ct), ct);

    /// <summary>POST jobs/{id}/resume.</summary>
    public Task ResumeAsync(HttpContext context, CancellationToken ct) => AskAsync(context, job => job.ResumeAsync(ct), ct);

    /// <summary>POST jobs/{id}/extend.</summary>
    public async Task ExtendAsync(HttpContext context, CancellationToken ct)
    {
        RequestBody.EnsureJson(context);
        int epochs = ReadEpochs(await RequestBody.ReadAsync(context, Gate.MaxBodyBytes, ct));
        await AskAsync(context, job => job.ExtendAsync(epochs, ct), ct);
    }

    /// <summary>POST jobs/{id}/labels.</summary>
    public async Task LabelAsync(HttpContext context, CancellationToken ct)
    {
        RequestBody.EnsureJson(context);
        JobLabels labels = ReadLabels(await RequestBody.ReadAsync(context, Gate.MaxBodyBytes, ct));
        await AskAsync(context, job => job.LabelAsync(labels, ct), ct);
    }

    /// <summary>GET compare.</summary>
    public async Task CompareAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("jobs");
        string[] ids = context.QueryText("jobs")?.Split(',') ?? [];
        if (ids.Length is < 2 or > MaxCompared) throw new HttpProblem(400, $"jobs has {ids.Length} ids; give 2 to {MaxCompared}, separated by commas");
        foreach (string id in ids) await FoundJob.FindAsync(client, id, ct); // An id that is not there is "not found".
        await Answer.JsonAsync(context, Comparison.Of(await client.CompareAsync(ids, ct)), DashboardJson.Default.CompareReply);
    }

    private async Task AskAsync(HttpContext context, Func<TrainingJob, Task> ask, CancellationToken ct)
    {
        context.EnsureQuery();
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        await DoAsync(async () =>
        {
            await ask(found.Job);
            return found.Job;
        });
        JobRow row = await table.GetAsync(await FoundJob.FindAsync(client, found.Job.Id, ct), ct);
        await Answer.JsonAsync(context, row, DashboardJson.Default.JobRow, StatusCodes.Status202Accepted);
    }

    /// <summary>Does what was asked. A wrong setting is a mistake of the request; whatever else is refused does not fit the job's present state.</summary>
    private static async Task<TrainingJob> DoAsync(Func<Task<TrainingJob>> act)
    {
        try
        {
            return await act();
        }
        catch (InvalidInputException e) when (e.Problems.Count == 0)
        {
            throw new HttpProblem(409, e.Message);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new HttpProblem(409, e.Message);
        }
    }

    private static async Task<StartRequest> ReadFormAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery();
        RequestBody.EnsureJson(context);
        return StartForm.Parse(await RequestBody.ReadAsync(context, Gate.MaxBodyBytes, ct));
    }

    private static JobLabels ReadLabels(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, DashboardJson.Default.LabelsRequest) is { Tags: { } tags, Note: { } note }
                && !tags.Contains(null)) return new JobLabels { Tags = [.. tags.Select(tag => tag!)], Note = note };
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new HttpProblem(400, "send what is written on the job as {\"tags\": [\"baseline\"], \"note\": \"...\"}");
    }

    private static int ReadEpochs(byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, DashboardJson.Default.ExtendRequest) is { Epochs: { } epochs }) return epochs;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new HttpProblem(400, "send the job's new length as {\"epochs\": N}");
    }
}
