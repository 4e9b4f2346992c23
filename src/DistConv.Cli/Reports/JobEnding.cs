using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Reports;

/// <summary>What a command says, writes and returns when it has seen a job to its end, or leaves it.</summary>
internal sealed class JobEnding(CliContext context, NamedSource source, bool json)
{
    /// <summary>The job has ended.</summary>
    /// <param name="report">How.</param>
    /// <param name="target">What gets copies, or null.</param>
    /// <param name="interrupts">Whether Ctrl-C ended it, so that the process says so to its caller.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> FinishAsync(RunReport report, IResultTarget? target, bool interrupts)
    {
        if (report.State == JobState.Failed) ShowFailure(report);
        RunReport final = target is null ? report : await target.FillAsync(report, source);
        bool unfinished = report.State is not (JobState.Done or JobState.Failed);
        if (unfinished) context.Output.Say(ReportText.HowToResume(final, source.Name));
        Write(final);
        if (report.State == JobState.Failed) return ExitCodes.Failed;
        return unfinished && interrupts ? ExitCodes.Interrupted : ExitCodes.Done;
    }

    /// <summary>The report, for people or as JSON.</summary>
    public void Write(RunReport report)
    {
        if (json)
        {
            JsonLine.Write(context.Output, report.ToJson());
            return;
        }

        foreach (string line in ReportText.Lines(report, source.Name)) context.Output.Result(line);
    }

    private void ShowFailure(RunReport report)
    {
        string[] lines = (report.Status?.Message ?? "it left no reason").Split('\n', 2);
        string line = $"job {report.Job} failed: {lines[0].TrimEnd()}";
        if (lines.Length == 1) context.Output.Error(line);
        else context.Output.InternalError(line, lines[1]);
    }
}
