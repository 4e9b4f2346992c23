using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>
/// Which figures a job has. Its loss, its labels and what its model ends in decide; whatever measures, prints or draws figures asks here, so that no figure
/// is shown that means nothing.
/// </summary>
public sealed record JobFigures
{
    /// <summary>What the accuracy of samples with one class each is called.</summary>
    public const string ClassAccuracy = "accuracy";

    /// <summary>What the loss is, with its unit: "mean cross-entropy, nats".</summary>
    public required string Loss { get; init; }

    /// <summary>What the share of samples that are right is called: "accuracy", or "all labels right" where a sample may have several. Null: samples have
    /// numbers, which are not right or wrong.</summary>
    public required string? Accuracy { get; init; }

    /// <summary>Whether evaluations have an AUC: see <see cref="EvaluationResult.Auc"/>.</summary>
    public required bool HasAuc { get; init; }

    /// <summary>Whether evaluations have a mean absolute error: see <see cref="EvaluationResult.MeanAbsoluteError"/>.</summary>
    public required bool HasMeanAbsoluteError { get; init; }

    /// <summary>The figures of a job.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>Its figures.</returns>
    /// <exception cref="Core.InvalidInputException">The job's model cannot be read.</exception>
    public static JobFigures Of(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Of(spec.Labels, spec.Plan(), spec.Loss);
    }

    /// <summary>The figures of a model on some data.</summary>
    /// <param name="labels">What the samples are labelled with.</param>
    /// <param name="plan">The model.</param>
    /// <param name="loss">The loss; null: the model's default.</param>
    /// <returns>The figures.</returns>
    public static JobFigures Of(LabelKind labels, ModelPlan plan, string? loss = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new JobFigures
        {
            Loss = LossText(loss ?? LossFunction.DefaultOf(plan.OutputKind)),
            Accuracy = AccuracyOf(labels),
            HasAuc = BestBySettings.HasAuc(labels, plan),
            HasMeanAbsoluteError = BestBySettings.HasMeanAbsoluteError(plan),
        };
    }

    /// <summary>See <see cref="Accuracy"/>; it depends on the labels alone.</summary>
    /// <param name="labels">What the samples are labelled with.</param>
    /// <returns>The name, or null.</returns>
    public static string? AccuracyOf(LabelKind labels) => labels switch
    {
        LabelKind.Class => ClassAccuracy,
        LabelKind.Several => "all labels right",
        LabelKind.Numbers => null,
        _ => throw new ArgumentOutOfRangeException(nameof(labels), labels, "no labels of this kind"),
    };

    /// <summary>An accuracy, where the job has one.</summary>
    /// <param name="labels">What the samples are labelled with.</param>
    /// <param name="measured">The share of samples that are right, as it was recorded.</param>
    /// <returns>The share; null if it means nothing.</returns>
    public static double? MeasuredAccuracy(LabelKind labels, double? measured) => AccuracyOf(labels) is null ? null : measured;

    private static string LossText(string loss) => loss switch
    {
        LossFunction.CategoricalCrossentropy => "mean cross-entropy, nats",
        LossFunction.BinaryCrossentropy => "mean binary cross-entropy, nats",
        LossFunction.MeanSquaredError => "mean squared error",
        LossFunction.MeanAbsoluteError => "mean absolute error",
        _ => throw new ArgumentException($"loss '{loss}' is unknown", nameof(loss)),
    };
}
