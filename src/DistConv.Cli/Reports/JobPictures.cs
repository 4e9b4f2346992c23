using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client.Sources;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Reports;

/// <summary>Draws <c>filters.png</c> and <c>loss.png</c> of a job that has ended into the folder of its report. They are made of what the store keeps, so
/// replacing them loses nothing.</summary>
/// <param name="output">Gets a warning when one cannot be drawn; the job has not failed then.</param>
internal sealed class JobPictures(IConsoleOutput output)
{
    /// <summary>Draws what there is something to draw of.</summary>
    /// <param name="report">The job; its snapshots can be read from here.</param>
    /// <param name="steps">Its log, or nothing if that is out of reach.</param>
    /// <returns>The report with the paths of the pictures.</returns>
    public RunReport Draw(RunReport report, IReadOnlyList<StepEntry> steps) => report with
    {
        FiltersPicture = Draw(Path.Combine(report.OutDirectory, "filters.png"), () => Filters(report)),
        LossPicture = Draw(Path.Combine(report.OutDirectory, "loss.png"), () => Loss(report, steps)),
    };

    private static Figure? Filters(RunReport report)
    {
        if (report.Final is not { } final) return null;
        Snapshot last = SnapshotFile.Read(final.Path);
        if (KernelTimes.Of(last, final.Path) is not { Layers.Count: > 0 } all) return null;
        KernelMoment after = all.Choose([], report.Spec.ModelName);
        Snapshot? first = report.Initial is { } initial ? SnapshotFile.Read(initial.Path) : null;
        string source = report.Initial?.Path ?? "";
        KernelMoment? before = last.Step == 0 ? null : KernelTimes.Untrained(first, source, report.Spec);
        KernelMoment[] moments = before is null ? [after] : [before.Like(after, source), after];
        string what = before is null ? "kernels" : "kernels before and after training";
        return KernelFigure.Of(KernelTimes.Title(report.Spec, what), KernelTimes.Subtitle(last, $"job {report.Job}"), moments, new KernelLook());
    }

    private static Figure? Loss(RunReport report, IReadOnlyList<StepEntry> steps)
    {
        string subtitle =
            $"job {report.Job}, step {report.Step:N0} of {report.Spec.TotalSteps:N0}, batch {report.Spec.GlobalBatch}, {report.Spec.Optimizer.Name}, seed "
                + $"{report.Spec.Seed}";
        JobFigures figures = JobFigures.Of(report.Spec);
        string what = figures.Accuracy is null ? "loss" : "loss and accuracy";
        return LossFigure.Of(KernelTimes.Title(report.Spec, what), subtitle, figures, steps, report.Epochs);
    }

    private string? Draw(string path, Func<Figure?> draw)
    {
        try
        {
            if (draw() is not { } figure) return null;
            figure.Save(path);
            return path;
        }
#pragma warning disable CA1031 // Whatever it is, the training is not lost with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            output.Warn($"{Path.GetFileName(path)} was not drawn: {e.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }
}

/// <summary>Without <c>--out</c>: the pictures go into the job's own folder in the store.</summary>
internal sealed class JobFolderPictures(IConsoleOutput output) : IResultTarget
{
    /// <inheritdoc/>
    public async Task<RunReport> FillAsync(RunReport report, NamedSource source) =>
        new JobPictures(output).Draw(report, (await source.Jobs.ReadTableAsync(report.Job, CancellationToken.None)).Steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The folder stays.
    }
}
