using DistConv.Client.Sources;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Reports;

/// <summary>Reports of jobs by what their source knows.</summary>
internal static class JobReport
{
    /// <summary>The report of what is known about a job.</summary>
    public static RunReport ToReport(this JobView job) => Report(job, job.Summary.State, job.Newest?.Snapshot.Step ?? 0) with
    {
        Final = job.Newest?.Head,
        WeightsDigest = job.Newest?.Snapshot.WeightsDigest(),
    };

    /// <summary>The report of a job whose status is known.</summary>
    public static RunReport ToReport(this JobOutline job, JobStatus status) => Report(job, status.State, status.Step) with
    {
        WeightsDigest = status.WeightsDigest,
        Status = status,
    };

    /// <summary>The report of a job whose last status is known. What a coordinator has measured ends with it; then the newest snapshot tells the
    /// rest.</summary>
    public static RunReport ToReport(this JobView job, JobStatus status)
    {
        RunReport report = job.ToReport();
        return report with
        {
            State = status.State,
            Step = status.Step,
            Epochs = status.Epochs.Count >= report.Epochs.Count ? status.Epochs : report.Epochs,
            WeightsDigest = status.WeightsDigest ?? report.WeightsDigest,
            Status = status,
        };
    }

    private static RunReport Report(JobOutline job, JobState state, long step) => new()
    {
        Job = job.Job,
        State = state,
        Spec = job.Spec,
        Step = step,
        Epochs = job.Epochs,
        OutDirectory = job.Folder,
        Initial = job.Initial,
        Best = job.Best,
    };
}
