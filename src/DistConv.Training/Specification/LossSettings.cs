using System.Globalization;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Training.Data;

namespace DistConv.Training.Specification;

/// <summary>Checks the loss of a job, its label smoothing and its class weights.</summary>
internal static class LossSettings
{
    /// <summary>Notes what does not fit the model.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="plan">Its model.</param>
    /// <param name="problems">What is wrong, added to.</param>
    public static void Check(JobSpec spec, ModelPlan plan, SettingProblems problems)
    {
        string usual = LossFunction.DefaultOf(plan.OutputKind);
        if (spec.Loss is { } loss)
        {
            if (LossFunction.FindProblem(loss, plan.OutputKind) is { } problem) problems.Add("loss", problem);
            else if (loss == usual) problems.Add("loss", $"is '{loss}', the default of what the model ends in; leave it out");
        }

        if (spec.LabelSmoothing is { } smoothing) CheckSmoothing(smoothing, spec.Loss ?? usual, problems);
        if (spec.ClassWeights is not { } weights) return;
        if (spec.Labels == LabelKind.Class) CheckWeights(weights, plan.Classes, problems);
        else problems.Add("classWeights", "are for samples of one class each, which the data does not have; leave them out");
    }

    private static void CheckSmoothing(float smoothing, string loss, SettingProblems problems)
    {
        if (!problems.Real("labelSmoothing", smoothing, smoothing is > 0 and < 1, "a number above 0 and below 1")) return;
        if (LossFunction.Names.Contains(loss) && !LossFunction.Smooths(loss))
        {
            problems.Add(
                "labelSmoothing",
                string.Create(CultureInfo.InvariantCulture, $"is {smoothing}, but the loss {loss} has none; use a cross-entropy, or leave it out"));
        }
    }

    private static void CheckWeights(IReadOnlyList<float> weights, int classes, SettingProblems problems)
    {
        if (classes > 0 && weights.Count != classes)
            problems.Add("classWeights", $"has {weights.Count} numbers, but the model has {classes} classes; give {classes}");
        else if (weights.Count is 0 or > SpecificationLimits.MaxClassWeights)
            problems.Add("classWeights", $"has {weights.Count} numbers; give one for each class, at most {SpecificationLimits.MaxClassWeights}");
        int bad = weights.Select((weight, label) => (weight, label)).FirstOrDefault(pair => !(pair.weight >= 0 && float.IsFinite(pair.weight)), (0, -1)).Item2;
        if (bad >= 0)
            problems.Add("classWeights", string.Create(CultureInfo.InvariantCulture, $"has {weights[bad]} for class {bad}; give numbers of at least 0"));
        else if (weights.Count > 0 && weights.All(weight => weight == 0))
            problems.Add("classWeights", "are all 0, so nothing would be learned; give some above 0");
        else if (weights.Count > 0 && weights.All(weight => weight == 1)) problems.Add("classWeights", "are all 1, the default; leave them out");
    }
}
