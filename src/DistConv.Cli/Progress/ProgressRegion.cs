using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Progress;

/// <summary>What a terminal shows while a job trains: a bar, the numbers, the loss curve, and who computes. A function of what it is given.</summary>
internal static class ProgressRegion
{
    private const int MaxSilos = 8;

    /// <summary>The lines, none wider than the terminal, and fewer than it has rows.</summary>
    /// <param name="status">Where the job stands.</param>
    /// <param name="figures">Which figures it has.</param>
    /// <param name="curve">Its loss so far.</param>
    /// <param name="viewport">The terminal.</param>
    public static IReadOnlyList<StyledLine> Lines(JobStatus status, JobFigures figures, LossCurve curve, Viewport viewport)
    {
        int rows = Math.Max(1, viewport.Height - 1);
        List<StyledLine> lines = [Bar(status, viewport), Numbers(status, figures, viewport)];
        int curveRows = viewport.Height switch { >= 40 => 6, >= 20 => 4, >= 10 => 1, _ => 0 };
        lines.AddRange(ProgressCurve.Lines(curve, curveRows, viewport));
        lines.AddRange(ProgressSilos.Lines(status.Silos, Math.Min(MaxSilos, rows - lines.Count), viewport));
        return lines.Count > rows ? lines[..rows] : lines;
    }

    /// <summary>The job's id, how much of it is done, and how long the rest takes.</summary>
    private static StyledLine Bar(JobStatus status, Viewport viewport)
    {
        const int minBar = 8;
        double share = status.TotalSteps > 0 ? Math.Clamp((double)status.Step / status.TotalSteps, 0, 1) : 0;
        StyledLine right = new StyledLine().Add($"{(int)(share * 100),3} %");
        bool running = status.State is JobState.Running or JobState.Queued;
        string time = running ? Left(status)
            : $"{RunReport.Name(status.State)}{(status.ElapsedSeconds > 0 ? $" in {Format.Duration(status.ElapsedSeconds)}" : "")}";
        bool timeFits = viewport.Width >= minBar + right.Width + 2 + time.Length + 1;
        if (timeFits && time.Length > 0) right.Add("  ").Add(time, running ? Ink.Plain : status.State == JobState.Done ? Ink.Good : Ink.Caution);
        StyledLine left = new StyledLine().Add(status.Job).Clip(viewport.Width / 3, viewport.Ellipsis);
        if (left.Width > 0) left.Add(" ");
        int bar = viewport.Width - right.Width - 1 - left.Width;
        if (bar < minBar)
        {
            left = new StyledLine();
            bar = Math.Max(0, viewport.Width - right.Width - 1);
        }

        (string done, string rest) = viewport.Bar(share, bar);
        return left.Add(done, share >= 1 ? Ink.Good : Ink.Accent).Add(rest, Ink.Dim).Add(" ").Add(right).Clip(viewport.Width, viewport.Ellipsis);
    }

    /// <summary>"0:14 left", padded so that the bar keeps its length.</summary>
    private static string Left(JobStatus status)
    {
        if (status.State == JobState.Queued) return "queued";
        string left = status.SamplesPerSecond > 0 && double.IsFinite(status.RemainingSeconds) ? $"{Format.Duration(status.RemainingSeconds)} left" : "";
        return left.PadLeft("00:00 left".Length);
    }

    /// <summary>Epoch, step, loss and so on: as many as there is room for, the most important ones first.</summary>
    private static StyledLine Numbers(JobStatus status, JobFigures figures, Viewport viewport)
    {
        bool hasAccuracy = figures.Accuracy is not null;
        string right = figures.Accuracy == JobFigures.ClassAccuracy && viewport.Width < 100 ? "acc " : $"{figures.Accuracy} ";
        bool between = ProgressText.StepInEpoch(status) == 0; // Nothing of this epoch is known yet: the one before stays.
        EpochMetrics? before = between && status.Epochs is [.., var last] ? last : null;
        long steps = ProgressText.StepsOfEpoch(status);
        (int Rank, string Label, string Value)[] numbers =
        [
            (2, "epoch ", status.EpochCount > 0 ? $"{before?.Epoch ?? status.Epoch}/{status.EpochCount}" : ""),
            (3, "step ", status.StepsPerEpoch == 0 ? $"{status.Step}/{status.TotalSteps}"
                : $"{(before is null ? ProgressText.StepInEpoch(status) : steps)}/{steps}"),
            (0, "loss ", before is not null ? Format.Loss(before.TrainLoss) : between ? "" : Format.Loss(status.Loss)),
            (1, right, !hasAccuracy ? "" : before is not null ? Format.Percent(before.TrainAccuracy) : between ? "" : Format.Percent(status.Accuracy)),
            (5, "lr ", status.LearningRate == 0 ? "" : Format.LearningRate(status.LearningRate)),
            (4, "", status.SamplesPerSecond > 0 ? $"{Format.Count(status.SamplesPerSecond)} samples/s" : ""),
            (6, "validation ", status.Epochs is [.., { ValidationLoss: { } loss, ValidationAccuracy: { } share }] ? Figure(loss, share) : ""),
            (7, "held-out ", status.Epochs is [.., var ended] ? Figure(ended.TestLoss, ended.TestAccuracy) : ""),
        ];
        HashSet<int> shown = [];
        int used = 0;
        foreach ((int rank, string label, string value) in numbers.Where(number => number.Value.Length > 0).OrderBy(number => number.Rank))
        {
            int needed = label.Length + value.Length + (used > 0 ? 2 : 0);
            if (used > 0 && used + needed > viewport.Width) continue;
            used += needed;
            shown.Add(rank);
        }

        StyledLine line = new();
        foreach ((_, string label, string value) in numbers.Where(number => shown.Contains(number.Rank)))
        {
            line.Add(line.Width > 0 ? "  " : "").Add(label, Ink.Dim).Add(value);
        }

        return line.Clip(viewport.Width, viewport.Ellipsis);

        string Figure(double loss, double accuracy) => hasAccuracy ? Format.Percent(accuracy, 2) : Format.Loss(loss);
    }
}
