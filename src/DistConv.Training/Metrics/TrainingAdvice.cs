using System.Globalization;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>
/// What the figures of a job that has ended say about it, in a line each, by its specification and epochs alone: that it has learned its training samples by
/// heart, or nothing. Divergence has a line of its own (<see cref="Divergence"/>).
/// </summary>
public static class TrainingAdvice
{
    /// <summary>So much higher a training accuracy is far above that of held-out samples.</summary>
    private const double FarAboveAccuracy = 0.15;

    /// <summary>So many times the training loss is a far higher one.</summary>
    private const double FarAboveLoss = 2;

    /// <summary>A held-out accuracy of up to so many times that of a guess among all classes alike is that of guessing.</summary>
    private const double LikeGuessing = 1.1;

    /// <summary>A job of fewer steps has not had the time to learn.</summary>
    private const int FirstSteps = 50;

    /// <summary>The lines.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">Its epochs.</param>
    /// <returns>At most one, with what to try; none of a job whose samples have no class, or that has diverged.</returns>
    public static IReadOnlyList<string> Of(JobSpec spec, IReadOnlyList<EpochMetrics> epochs)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(epochs);
        if (epochs.Count == 0 || spec.Labels != LabelKind.Class || Divergence.Describe(spec, epochs) is not null) return [];
        EpochMetrics last = epochs[^1];
        string held = last.ValidationAccuracy is null ? "held-out" : "validation";
        double accuracy = last.ValidationAccuracy ?? last.TestAccuracy, loss = last.ValidationLoss ?? last.TestLoss;
        if (last.TrainAccuracy - accuracy > FarAboveAccuracy && loss > FarAboveLoss * last.TrainLoss)
        {
            return [$"overfitting: accuracy is {Percent(last.TrainAccuracy)} on training samples and {Percent(accuracy)} on {held} ones. "
                + "More samples, augmentation, dropout, weight decay, a smaller model or early stopping may help"];
        }

        int classes = spec.Plan().Classes;
        return last.Step >= FirstSteps && classes > 1 && accuracy <= LikeGuessing / classes
            ? [$"the {held} accuracy of {Percent(accuracy)} is that of guessing among {classes} classes. "
                + "Longer training, another learning rate or another model may help; check that the labels belong to the samples"]
            : [];
    }

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}
