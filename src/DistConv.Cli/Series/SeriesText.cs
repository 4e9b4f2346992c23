using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client.Series;

namespace DistConv.Cli.Series;

/// <summary>Series for people.</summary>
internal static class SeriesText
{
    /// <summary>"learning-rate 0.1, batch 64": what a job has where the jobs differ.</summary>
    public static string Values(SeriesPlan plan, SeriesMember member) =>
        string.Join(", ", plan.Columns.Zip(member.Values, (column, value) => $"{column} {value}"));

    /// <summary>"97.81 %", "0.0712".</summary>
    public static string Value(SeriesFigure figure, double? value) => value is not { } number ? "-"
        : figure.IsShare ? Format.Percent(number, 2) : Format.Loss(number);

    /// <summary>The result of a job in a line.</summary>
    /// <param name="entry">The job.</param>
    public static string Line(SeriesEntry entry)
    {
        if (entry.Report is not { } report) return $"{entry.Id}: failed: {entry.Message}";
        string figures = string.Join(", ", entry.Figures.Select(figure => $"{figure.Name} {Value(figure, entry.ValueOf(figure))}"));
        string state = report.State == Training.Jobs.JobState.Done ? "" : $"{RunReport.Name(report.State)} at step {report.Step:N0}: ";
        string before = entry.WasDone ? " (done before)" : "";
        string why = entry.HasFailed ? $" ({entry.Message?.Split('\n')[0]})" : report.Divergence is null ? "" : " (training has diverged)";
        return $"{entry.Id}: {state}{(figures.Length == 0 ? "no epoch has ended" : figures)}{before}{why}";
    }
}
