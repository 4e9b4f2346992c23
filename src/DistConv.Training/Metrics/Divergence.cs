using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Numerics;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Training.Metrics;

/// <summary>
/// Whether training has diverged, judged by the metrics of its epochs alone: the same for every cluster, and after a resume. A network that is no better than
/// guessing may only be slow to start, so there must be one more sign: a loss far above that of guessing, an earlier epoch that was better, or a learning
/// rate far above the optimizer's default.
/// </summary>
public static class Divergence
{
    /// <summary>An epoch's mean loss of so many times that of guessing is no beginning: initialisers begin with about once, and at most twice.</summary>
    private const double FarAboveGuessing = 4;

    /// <summary>Below so many times the loss of guessing, a network has learned something for certain.</summary>
    private const double BetterThanGuessing = 0.9;

    /// <summary>A network that has diverged may come this close to guessing from below: it has learned how frequent the classes are, and no more.</summary>
    private const double LikeGuessing = 0.98;

    /// <summary>So many times the optimizer's default is a high learning rate.</summary>
    private const float HighRate = 10;

    /// <summary>Before so many steps, a high loss may be that of weights from elsewhere.</summary>
    private const int FirstSteps = 10;

    /// <summary>After so many steps, or two epochs, a network that trains at a high rate has had the time to begin to learn.</summary>
    private const int ManySteps = 100;

    /// <summary>The mean loss of guessing among all C classes alike: ln C of a softmax; of sigmoid units that of the constant 1/C, or ½ of one; of numbers,
    /// which have no scale, of several labels, whose frequencies are not known, and with penalties on activations, whose size is not, infinite.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>In natural units: 2.303 for 10 classes.</returns>
    public static double GuessingLoss(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ModelPlan plan = spec.Plan();
        bool hasScale = plan.OutputKind != OutputKind.Values && spec.Labels == LabelKind.Class && !plan.Layers.Any(layer => layer.Layer.AddsPenalty);
        if (!hasScale) return double.PositiveInfinity;
        double p = 1.0 / plan.Classes, q = 1 - p;
        return (spec.Loss ?? LossFunction.DefaultOf(plan.OutputKind)) switch
        {
            LossFunction.CategoricalCrossentropy => ExactMath.Log((double)plan.Classes),
            LossFunction.BinaryCrossentropy => -((p * ExactMath.Log(p)) + (q * ExactMath.Log(q))),
            LossFunction.MeanSquaredError => p * q,
            LossFunction.MeanAbsoluteError => p,
            _ => throw new InvalidOperationException($"no loss '{spec.Loss}'"),
        };
    }

    /// <summary>Whether a loss is lower than that of guessing; after training has diverged, clearly lower.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <param name="loss">A mean loss of one of them.</param>
    /// <returns>True if the network knew more than a guess.</returns>
    internal static bool IsBetterThanGuessing(JobSpec spec, IReadOnlyList<EpochMetrics> epochs, double loss) =>
        loss < GuessingLoss(spec) * (Describe(spec, epochs) is null ? 1 : LikeGuessing);

    /// <summary>Says that training has diverged, with the likely cause and what to try.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <returns>A line for people, the same as long as it lasts; null if there is no sign of it.</returns>
    public static string? Describe(JobSpec spec, IReadOnlyList<EpochMetrics> epochs) => Describe(spec, epochs, GuessingLoss(spec));

    /// <inheritdoc cref="Describe(JobSpec, IReadOnlyList{EpochMetrics})"/>
    /// <param name="spec">The job.</param>
    /// <param name="epochs">The epochs so far.</param>
    /// <param name="guessing">The job's <see cref="GuessingLoss"/>.</param>
    internal static string? Describe(JobSpec spec, IReadOnlyList<EpochMetrics> epochs, double guessing)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        double weight = spec.ClassWeights?.Max() is { } largest and > 1 ? largest : 1; // By so much may weights multiply the training loss.
        bool isHigh = spec.Optimizer.LearningRate >= HighRate * OptimizerSettings.Default(spec.Optimizer.Name).LearningRate, hasSign = false;
        EpochMetrics? since = null;
        for (int i = 0; i < epochs.Count; i++)
        {
            EpochMetrics epoch = epochs[i];
            hasSign |= (epoch.Step >= FirstSteps && IsFarAbove(epoch, guessing * weight)) || epoch.TrainLoss < BetterThanGuessing * guessing;
            bool hadTime = i > 0 || epoch.Step >= ManySteps;
            bool hasDiverged = IsGuessing(epoch, guessing) && (hasSign || (isHigh && hadTime));
            since = hasDiverged ? since ?? epoch : null;
        }

        return since is null
            ? null
            : $"training has diverged: after epoch {since.Epoch} the training loss is {Number(since.TrainLoss)} and the "
                + $"{EarlyStopping.Metric(spec with { BestBy = null })} {Number(EarlyStopping.Loss(since))}, no better than guessing ({guessing:F3}). "
                + Advice(spec.Optimizer);
    }

    private static bool IsFarAbove(EpochMetrics epoch, double guessing) =>
        !(epoch.TrainLoss < FarAboveGuessing * guessing) || !(EarlyStopping.Loss(epoch) < FarAboveGuessing * guessing);

    private static bool IsGuessing(EpochMetrics epoch, double guessing) =>
        !(epoch.TrainLoss < LikeGuessing * guessing) && !(EarlyStopping.Loss(epoch) < LikeGuessing * guessing);

    private static string Advice(OptimizerSpec optimizer)
    {
        float usual = OptimizerSettings.Default(optimizer.Name).LearningRate;
        return optimizer.LearningRate > usual
            ? $"The learning rate {optimizer.LearningRate} is probably too high: {optimizer.Name}'s default is {usual}. Start a new job with a lower one"
            : $"The learning rate {optimizer.LearningRate} is probably too high for this model and data. "
                + "Start a new job with a tenth of it, a warm-up, or a limit on the gradient's norm";
    }

    private static string Number(double loss) => loss < 1_000_000 ? $"{loss:F3}" : $"{loss:0.0E+0}";
}
