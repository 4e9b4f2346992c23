using DistConv.Client;
using DistConv.Core;
using DistConv.Dashboard.Http;
using DistConv.Training.Jobs;

namespace DistConv.Dashboard.Jobs;

/// <summary>A job that exists.</summary>
/// <param name="Job">The job.</param>
/// <param name="Description">What is known about it.</param>
internal sealed record FoundJob(TrainingJob Job, JobDescription Description)
{
    /// <summary>Finds a job.</summary>
    /// <exception cref="HttpProblem">There is none of that id.</exception>
    public static async Task<FoundJob> FindAsync(IDistConvClient client, string id, CancellationToken ct)
    {
        if (!JobStore.IsJobId(id)) throw new HttpProblem(404, "there is no such job: an id has 1 to 64 characters of a-z, 0-9 and '-'");
        TrainingJob job = client.GetJob(id);
        try
        {
            return new FoundJob(job, await job.DescribeAsync(ct));
        }
        catch (InvalidInputException e)
        {
            throw new HttpProblem(404, e.Message);
        }
    }
}
