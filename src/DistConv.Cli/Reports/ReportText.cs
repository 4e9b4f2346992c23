using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Reports;

/// <summary>A report for people: what came out, where it is, what to run next.</summary>
internal static class ReportText
{
    /// <summary>The lines on standard output.</summary>
    /// <param name="report">The report.</param>
    /// <param name="storeArgument">" --store DIR" if the commands need it.</param>
    public static IEnumerable<string> Lines(RunReport report, string storeArgument)
    {
        string elapsed = report.Status is { ElapsedSeconds: > 0 } status ? $", {Format.Duration(status.ElapsedSeconds)}" : "";
        string speed = report.Status is { MedianStepMilliseconds: > 0, SamplesPerSecond: > 0 } measured ? $", {Format.Count(measured.SamplesPerSecond)} samples/s" : "";
        yield return $"job {report.Job}: {RunReport.Name(report.State)} at step {report.Step:N0} of {report.Spec.TotalSteps:N0}{elapsed}{speed}";
        if (EarlyStopping.Reason(report.Spec, report.Epochs) is { } reason) yield return reason;
        if (report.LastEpoch is { } epoch)
            yield return $"held-out loss {Format.Loss(epoch.TestLoss)}, accuracy {Format.Percent(epoch.TestAccuracy, 2)} (at step {epoch.Step:N0})";
        if (report.LastEpoch is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy })
            yield return $"validation loss {Format.Loss(loss)}, accuracy {Format.Percent(accuracy, 2)}";
        if (report.WeightsDigest is not null) yield return $"weights {report.WeightsDigest}";
        if (report.InitialSnapshot is not null) yield return $"untrained snapshot: {report.InitialSnapshot}";
        if (report.FinalSnapshot is not null) yield return $"last snapshot:      {report.FinalSnapshot}";
        if (report is { BestSnapshot: { } snapshot, BestEpoch: { } best }) yield return $"best epoch {best.Epoch}, by {EarlyStopping.Metric(report.Spec)}: {snapshot}";
        yield return "next:";
        foreach (string command in Next(report)) yield return $"  distconv {command} {report.Job}{storeArgument}";
    }

    /// <summary>The command that a job in some state asks for.</summary>
    public static string NextCommand(JobState state) => state switch
    {
        JobState.Done => "evaluate",
        JobState.Running => "jobs watch",
        _ => "jobs resume",
    };

    /// <summary>What to run in order to go on with a job that has not ended.</summary>
    public static string HowToResume(RunReport report, string storeArgument) =>
        $"{(report.State == JobState.Interrupted ? "interrupted: its process ended. It stands" : "stopped")} at step {report.Step:N0} of {report.Spec.TotalSteps:N0} with a snapshot; go on with: distconv jobs resume {report.Job}{storeArgument}";

    private static IEnumerable<string> Next(RunReport report)
    {
        if (report.State != JobState.Done) yield return "jobs resume";
        yield return "evaluate";
        yield return "snapshot show";
        yield return "jobs show";
    }
}
