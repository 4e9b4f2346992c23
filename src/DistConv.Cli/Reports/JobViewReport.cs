using DistConv.Client.Sources;

namespace DistConv.Cli.Reports;

/// <summary>Reports of jobs that were only looked at.</summary>
internal static class JobViewReport
{
    /// <summary>The report of what is known about a job.</summary>
    public static RunReport ToReport(this JobView job) => new()
    {
        Job = job.Summary.Id,
        State = job.Summary.State,
        Spec = job.Spec,
        Step = job.Newest?.Snapshot.Step ?? 0,
        Epochs = job.Epochs,
        OutDirectory = job.Folder,
        Initial = job.Initial,
        Final = job.Newest?.Head,
        Best = job.Best,
        WeightsDigest = job.Newest?.Snapshot.WeightsDigest(),
    };
}
