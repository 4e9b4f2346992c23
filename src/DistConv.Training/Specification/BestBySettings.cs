using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Training.Data;

namespace DistConv.Training.Specification;

/// <summary>The figures by which a job's best epoch can be chosen, and which of them a job has.</summary>
public static class BestBySettings
{
    /// <summary>The loss: the lowest is the best. The default, which a specification does not name.</summary>
    public const string Loss = "loss";

    /// <summary>The share of samples that are right: the highest is the best.</summary>
    public const string Accuracy = "accuracy";

    /// <summary>The area under the curve: the highest is the best.</summary>
    public const string Auc = "auc";

    /// <summary>The mean absolute error: the lowest is the best.</summary>
    public const string MeanAbsoluteError = "mae";

    /// <summary>The most snapshots of best epochs that a job keeps.</summary>
    public const int MaxKept = 1_000;

    /// <summary>Names of the figures.</summary>
    public static IReadOnlyList<string> Names { get; } = [Loss, Accuracy, Auc, MeanAbsoluteError];

    /// <summary>Whether the labels of samples are right or wrong.</summary>
    /// <param name="labels">What the samples are labelled with.</param>
    /// <returns>False for numbers.</returns>
    public static bool HasAccuracy(LabelKind labels) => labels != LabelKind.Numbers;

    /// <summary>Whether evaluations have an AUC: of two classes, and of several labels.</summary>
    /// <param name="labels">What the samples are labelled with.</param>
    /// <param name="plan">The model.</param>
    /// <returns>Whether they have.</returns>
    public static bool HasAuc(LabelKind labels, ModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        bool isOfTwo = plan is { OutputKind: OutputKind.Softmax, Output.Size: 2 } or { OutputKind: OutputKind.Sigmoid, Output.Size: 1 };
        return labels == LabelKind.Several || (labels == LabelKind.Class && isOfTwo);
    }

    /// <summary>Whether evaluations have a mean absolute error: of numbers.</summary>
    /// <param name="plan">The model.</param>
    /// <returns>Whether they have.</returns>
    public static bool HasMeanAbsoluteError(ModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.OutputKind == OutputKind.Values;
    }

    /// <summary>What is wrong with a name.</summary>
    /// <param name="name">The name, or null: the loss.</param>
    /// <returns>Null if it is one of <see cref="Names"/>.</returns>
    public static SettingProblem? FindProblem(string? name) => name is null || Names.Contains(name)
        ? null
        : new SettingProblem("bestBy", $"is '{name}', which is unknown; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name, Names)}");

    /// <summary>Notes a figure that the job does not have, and a number of snapshots that is out of range.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="plan">Its model, if that can be read.</param>
    /// <param name="problems">What is wrong, added to.</param>
    internal static void Check(JobSpec spec, ModelPlan? plan, SettingProblems problems)
    {
        if (spec.KeepBest is { } kept) problems.Range("keepBest", kept, 2, MaxKept);
        if (FindProblem(spec.BestBy) is { } unknown) problems.Add([unknown]);
        else if (spec.BestBy == Loss) problems.Add("bestBy", "is 'loss', the default; leave it out");
        else if (spec.BestBy is { } by && plan is not null && !Has(spec.Labels, plan, by))
            problems.Add("bestBy", $"is '{by}', which this job does not have; choose one of: "
                + string.Join(", ", Names.Where(name => Has(spec.Labels, plan, name))));
    }

    private static bool Has(LabelKind labels, ModelPlan plan, string name) => name switch
    {
        Accuracy => HasAccuracy(labels),
        Auc => HasAuc(labels, plan),
        MeanAbsoluteError => HasMeanAbsoluteError(plan),
        _ => true,
    };
}
