using DistConv.Core.Models;
using DistConv.Training.Data;

namespace DistConv.Training.Specification;

/// <summary>Checks how many samples of each class an epoch has.</summary>
internal static class OversamplingSettings
{
    private const string Setting = "oversampling";

    /// <summary>Notes what is wrong whatever the data.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="plan">Its model.</param>
    /// <param name="problems">What is wrong, added to.</param>
    public static void Check(JobSpec spec, ModelPlan plan, SettingProblems problems)
    {
        if (spec.Oversampling is not { } counts) return;
        if (spec.Labels != LabelKind.Class)
            problems.Add(Setting, "is for samples of one class each, which the data does not have; leave it out");
        else if (plan.Classes > 0 && counts.Count != plan.Classes)
            problems.Add(Setting, $"has {counts.Count} numbers, but the model has {plan.Classes} classes; give {plan.Classes}");
        else if (counts.Count is 0 or > SpecificationLimits.MaxClassWeights)
            problems.Add(Setting, $"has {counts.Count} numbers; give one for each class, at most {SpecificationLimits.MaxClassWeights}");
        else if (counts.Any(count => count < 0))
            problems.Add(Setting, $"has {counts.First(count => count < 0)}; give numbers of samples, at least 0");
        else if (counts.Sum(count => (long)count) is var sum && (sum <= spec.Samples || sum > SpecificationLimits.MaxSamples))
        {
            problems.Add(Setting,
                $"has numbers that make an epoch of {sum} samples; give more than the {spec.Samples} training samples, at most "
                    + $"{SpecificationLimits.MaxSamples}");
        }
    }
}
