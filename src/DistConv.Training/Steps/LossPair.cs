using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>A job's loss as it trains, and as held-out samples are judged: without label smoothing and class weights.</summary>
/// <param name="Training">With them.</param>
/// <param name="Evaluation">Without; the same if there are none.</param>
internal sealed record LossPair(LossFunction Training, LossFunction Evaluation)
{
    /// <summary>The loss of a job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="plan">Its model.</param>
    /// <param name="classes">Number of classes of its data.</param>
    public static LossPair Of(JobSpec spec, ModelPlan plan, int classes)
    {
        LossFunction plain = LossFunction.Create(spec.Loss, plan, classes);
        return spec is { LabelSmoothing: null, ClassWeights: null }
            ? new LossPair(plain, plain)
            : new LossPair(LossFunction.Create(spec.Loss, plan, classes, new LossOptions(spec.LabelSmoothing ?? 0f, spec.ClassWeights)), plain);
    }
}
