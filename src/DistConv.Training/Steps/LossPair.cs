using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>A job's loss as it trains, and as held-out samples are judged: without label smoothing and class weights.</summary>
/// <param name="Training">With them.</param>
/// <param name="Evaluation">Without; the same if there are none.</param>
/// <param name="TargetCount">Targets of a sample; 0 if it has a class.</param>
internal sealed record LossPair(LossFunction Training, LossFunction Evaluation, int TargetCount)
{
    /// <summary>The loss of a job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="plan">Its model.</param>
    /// <param name="data">Its data.</param>
    public static LossPair Of(JobSpec spec, ModelPlan plan, IDataset data)
    {
        int classes = data.ClassCount;
        LossFunction plain = LossFunction.Create(spec.Loss, plan, classes);
        LossOptions options = new(spec.LabelSmoothing ?? 0f, spec.ClassWeights);
        return spec is { LabelSmoothing: null, ClassWeights: null }
            ? new LossPair(plain, plain, data.TargetCount)
            : new LossPair(LossFunction.Create(spec.Loss, plan, classes, options), plain, data.TargetCount);
    }
}
