using DistConv.Cli.Reports;
using DistConv.Client.Series;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Series;

/// <summary>What came of a job of a series.</summary>
/// <param name="Member">The job.</param>
/// <param name="Report">How it ended; null if it could not be started.</param>
internal sealed record SeriesEntry(SeriesMember Member, RunReport? Report)
{
    /// <summary>Its id.</summary>
    public string Id => Member.Job.Id;

    /// <summary>Whether it was done before the series began.</summary>
    public bool WasDone { get; init; }

    /// <summary>One line, such as why it failed; or null.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it failed.</summary>
    public bool HasFailed => Report is null or { State: JobState.Failed };

    /// <summary>Whether its figures count.</summary>
    public bool IsDone => Report is { State: JobState.Done };

    /// <summary>The figures that it has.</summary>
    public IReadOnlyList<SeriesFigure> Figures => Epoch is null ? [] : SeriesFigure.Of(Member.Job.Plan.Specification);

    private EpochMetrics? Epoch => Report is null ? null : SeriesFigure.EpochOf(Report.Spec, Report.Epochs);

    /// <summary>A figure of it; null if it has none.</summary>
    public double? ValueOf(SeriesFigure figure) => Epoch is { } epoch ? figure.Value(epoch) : null;
}
