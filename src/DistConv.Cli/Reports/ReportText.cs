using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Reports;

/// <summary>A report for people: what came out, where it is, what to run next.</summary>
internal static class ReportText
{
    /// <summary>The lines on standard output.</summary>
    /// <param name="report">The report.</param>
    /// <param name="source">Where the job is.</param>
    public static IEnumerable<string> Lines(RunReport report, SourceName source)
    {
        string elapsed = report.Status is { ElapsedSeconds: > 0 } status ? $", {Format.Duration(status.ElapsedSeconds)}" : "";
        string speed = report.Status is { MedianStepMilliseconds: > 0, SamplesPerSecond: > 0 } measured
            ? $", {Format.Count(measured.SamplesPerSecond)} samples/s" : "";
        yield return $"job {report.Job}: {RunReport.Name(report.State)} at step {report.Step:N0} of {report.Spec.TotalSteps:N0}{elapsed}{speed}";
        if (EarlyStopping.Reason(report.Spec, report.Epochs) is { } reason) yield return reason;
        if (report.Divergence is { } divergence) yield return divergence;
        foreach (string advice in report.Advice) yield return advice;
        if (report.LastEpoch is { } epoch)
            yield return $"held-out loss {HeldOutText.Test(report.Spec, epoch)} (at step {epoch.Step:N0})";
        if (report.LastEpoch is { } ended && HeldOutText.Validation(report.Spec, ended) is { } validation) yield return $"validation loss {validation}";
        if (report.WeightsDigest is not null) yield return $"weights {report.WeightsDigest}";
        if (report.Initial is { } first) yield return $"untrained snapshot: {first.Path}";
        if (report.Final is { } last) yield return $"last snapshot:      {last.Path}";
        if (report is
            {
                Best: { } snapshot,
                BestEpoch: { } best
            }) yield return $"best epoch {best.Epoch}, by {EarlyStopping.Metric(report.Spec)}: {snapshot.Path}";
        if (report.FiltersPicture is { } filters) yield return $"picture of kernels: {filters}";
        if (report.LossPicture is { } loss) yield return $"picture of losses:  {loss}";
        yield return "next:";
        foreach (string command in Next(report, source)) yield return $"  distconv {command}";
    }

    /// <summary>The command that a job in some state asks for.</summary>
    public static string NextCommand(JobState state, SourceName source) => state switch
    {
        JobState.Done => source.IsRemote ? "jobs show" : "evaluate",
        JobState.Running => "jobs watch",
        JobState.Queued when source.IsRemote => "jobs watch", // For memory: the cluster starts it by itself.
        JobState.Queued or JobState.Stopped or JobState.Interrupted or JobState.Paused or JobState.Cancelled or JobState.Failed => "jobs resume",
        _ => throw new InvalidOperationException($"no command is known for jobs in the state {state}"),
    };

    /// <summary>What to run in order to go on with a job that has not ended.</summary>
    public static string HowToResume(RunReport report, SourceName source)
    {
        string state = report.State == JobState.Interrupted ? "interrupted: its process ended. It stands" : RunReport.Name(report.State);
        return $"{state} at step {report.Step:N0} of {report.Spec.TotalSteps:N0} with a snapshot; go on with: distconv jobs resume "
            + $"{report.Job}{source.Argument}";
    }

    /// <summary>What to run for a job that goes on without being watched.</summary>
    public static string HowToWatch(string job, SourceName source)
    {
        string watch = $"distconv jobs watch {job}{source.Argument}";
        return source.IsRemote
            ? $"job {job} goes on in {source.Name}; watch it with: {watch}; end it with: distconv jobs cancel {job}{source.Argument}"
            : $"job {job} goes on without being watched; look again with: {watch}";
    }

    private static IEnumerable<string> Next(RunReport report, SourceName source)
    {
        string job = $"{report.Job}{source.Argument}";
        bool runs = report.State is JobState.Running or JobState.Queued;
        if (runs) yield return $"jobs watch {job}";
        else if (report.State != JobState.Done) yield return $"jobs resume {job}";
        if (!source.IsRemote)
        {
            yield return $"evaluate {job}";
            yield return $"snapshot show {job}";
        }
        else if (runs)
        {
            yield return $"jobs cancel {job}";
        }
        else
        {
            string file = report.Final?.Path ?? "";
            yield return File.Exists(file) ? $"evaluate {Format.ShellWord(file)}" : $"jobs watch {job} --out DIR";
        }

        yield return $"jobs show {job}";
    }
}
