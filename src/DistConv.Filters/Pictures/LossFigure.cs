using DistConv.Images.Drawing;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Filters.Pictures;

/// <summary>How a job went: loss and accuracy over its steps.</summary>
public static class LossFigure
{
    /// <summary>Most points of a line: more would not be seen.</summary>
    private const int MaxPoints = 4000;

    /// <summary>Steps of the running mean, of a long job; of a short one, a twentieth of its steps.</summary>
    private const int MeanSteps = 50;

    /// <summary>Lays the picture out.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="subtitle">Whose loss this is.</param>
    /// <param name="figures">Which figures the job has; without an accuracy there is one chart.</param>
    /// <param name="steps">What the steps measured, ascending; may be empty if there are epochs.</param>
    /// <param name="epochs">What the epochs measured, in order.</param>
    /// <returns>The picture; null if nothing was measured.</returns>
    public static Figure? Of(string title, string subtitle, JobFigures figures, IReadOnlyList<StepEntry> steps, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(epochs);
        if (steps.Count == 0 && epochs.Count == 0) return null;
        double end = Math.Max(steps.Count > 0 ? steps[^1].Step + 1 : 0, epochs.Count > 0 ? epochs[^1].Step : 0);
        Axis across = Axis.Linear(0, end, step => $"{step:N0}", ticks: 8, isWhole: true);
        int window = Math.Clamp(steps.Count / 20, 1, MeanSteps);
        List<Series> losses = Steps("loss", steps, step => step.Loss, window), accuracies = Steps("accuracy", steps, step => step.Accuracy * 100, window);
        foreach ((string name, int colour, Func<EpochMetrics, double?> epochLoss, Func<EpochMetrics, double?> epochAccuracy) in Splits(steps.Count > 0))
        {
            Add(losses, name, epochs, colour, epochLoss, loss => $"{loss:F4}");
            Add(accuracies, name, epochs, colour, epoch => epochAccuracy(epoch) * 100, share => $"{share:F2} %");
        }

        LineChart loss = new("step", $"loss ({figures.Loss})", across, LossAxis(losses), losses);
        LineChart[] accuracy = figures.Accuracy is not { } right ? []
            : [new("step", $"{right} (% of samples)", across, Axis.Linear(0, 100, share => $"{share:0} %"), accuracies, height: 180)];
        string means = steps.Count == 0
            ? "Means of whole epochs; what single steps measured is with the cluster that trained."
            : $"Faint: each step's samples, with the weights before the step; dark: mean of the last steps, up to {window} of them.";
        return new Figure(title, subtitle, new Column(14, Align.Start, [loss, .. accuracy]), means
            + " Dots: all held-out samples at the end of an epoch. Dropout is active in training only, so training can look worse than held-out.");
    }

    /// <summary>What each step measured, faint, and its running mean.</summary>
    private static List<Series> Steps(string what, IReadOnlyList<StepEntry> steps, Func<StepEntry, double> value, int window)
    {
        if (steps.Count == 0) return [];
        var means = new (double X, double Y)[steps.Count];
        for (int i = 0; i < means.Length; i++)
        {
            int count = Math.Clamp((i + 1) / 4, 1, window); // Fewer at the beginning, where the loss falls fast.
            means[i] = (steps[i].Step + 1, steps.Skip(i + 1 - count).Take(count).Average(value));
        }


        return
        [
            new Series($"training {what} of a step", Thin([.. steps.Select(step => (step.Step + 1.0, value(step)))]), Palette.Series[0].WithAlpha(0x50), 1),
            new Series("its running mean", Thin(means), Palette.Series[0]),
        ];
    }

    /// <summary>What epochs measure; of training only if no steps are known.</summary>
    private static (string Name, int Colour, Func<EpochMetrics, double?> Loss, Func<EpochMetrics, double?> Accuracy)[] Splits(bool areStepsKnown) =>
    [
        .. areStepsKnown ? [] : (
            (string, int, Func<EpochMetrics, double?>, Func<EpochMetrics, double?>)[])[("training", 0, epoch => epoch.TrainLoss, epoch => epoch.TrainAccuracy)],
        ("validation", 2, epoch => epoch.ValidationLoss, epoch => epoch.ValidationAccuracy),
        ("held-out", 1, epoch => epoch.TestLoss, epoch => epoch.TestAccuracy),
    ];

    private static void Add(
        List<Series> series, string name, IReadOnlyList<EpochMetrics> epochs, int colour, Func<EpochMetrics, double?> value, Func<double, string> text)
    {
        if (epochs.Count == 0 || value(epochs[^1]) is not { } last) return;
        series.Add(new Series($"{name}, in the end {text(last)}", [.. epochs.Select(epoch => ((double)epoch.Step, value(epoch) ?? double.NaN))],
            Palette.Series[colour], HasDots: true));
    }

    /// <summary>Logarithmic if the losses span more than a factor of ten, as those of a job that learns do.</summary>
    private static Axis LossAxis(IReadOnlyList<Series> series)
    {
        double[] values = [.. series.SelectMany(line => line.Points).Select(point => point.Y).Where(value => double.IsFinite(value) && value > 0)];
        if (values.Length == 0) return Axis.Linear(0, 1, loss => $"{loss:G3}");
        double low = values.Min(), high = values.Max();
        return high > 10 * low ? Axis.Log(low * 0.9, high * 1.1, loss => $"{loss:G3}") : Axis.Linear(0, high * 1.05, loss => $"{loss:G3}");
    }

    /// <summary>Evenly chosen points, the last among them.</summary>
    private static (double X, double Y)[] Thin((double X, double Y)[] points) => points.Length <= MaxPoints
        ? points
        : [.. Enumerable.Range(0, MaxPoints).Select(i => points[(int)((long)i * (points.Length - 1) / (MaxPoints - 1))])];
}
