using DistConv.Core;
using DistConv.Core.Augmentations;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Planning;
using DistConv.Training.Data;

namespace DistConv.Training.Specification;

/// <summary>
/// Checks a whole specification by itself, without data and without allocating what it asks for. Whoever stores or runs a job calls it first, so a job that
/// cannot run is refused by the same lines everywhere and leaves nothing behind.
/// </summary>
public static class JobSpecCheck
{
    /// <summary>Checks that a specification is one that some build of DistConv can run.</summary>
    /// <param name="spec">The specification.</param>
    /// <exception cref="InvalidInputException">Settings are out of range or contradict each other; all of them are listed.</exception>
    public static void EnsureValid(JobSpec spec) => InvalidInputException.ThrowIfAny(FindProblems(spec));

    /// <summary>Everything that keeps a job from running, whatever the build.</summary>
    /// <param name="spec">The specification.</param>
    /// <returns>What is wrong, setting by setting; empty if nothing is.</returns>
    public static IReadOnlyList<SettingProblem> FindProblems(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var problems = new SettingProblems();
        ModelPlan? plan = CheckTexts(spec, problems);
        IReadOnlyList<SettingProblem> sizes = FindSizeProblems(spec.Samples, spec.GlobalBatch, spec.Shards);
        problems.Add(sizes);
        if (plan is not null && sizes.Count == 0) CheckShardLayers(spec, plan, problems);
        problems.Range(
            "validationSamples", spec.ValidationSamples, 0, SpecificationLimits.MaxSamples - long.Clamp(spec.Samples, 0, SpecificationLimits.MaxSamples));
        problems.Range("totalSteps", spec.TotalSteps, 1, SpecificationLimits.MaxSteps);
        if (plan is not null) LossSettings.Check(spec, plan, problems);
        if (plan is not null) OversamplingSettings.Check(spec, plan, problems);
        if (plan is not null) LayerSettings.Check(spec, plan, problems);
        if (spec.Augmentation is { } augmentation) problems.Add(AugmentationTypes.FindProblems(augmentation, plan?.Model.Input));
        if (spec.Optimizer is null) problems.Add("optimizer", "is missing");
        else problems.Add(OptimizerSettings.FindProblems(spec.Optimizer));
        if (spec.Schedule is { } schedule) problems.Add(ScheduleSettings.FindProblems(schedule, spec.TotalSteps));
        if (spec.ClipNorm is { } norm) problems.Real("clipNorm", norm, norm > 0, "a number above 0");
        BestBySettings.Check(spec, plan, problems);
        if (spec.EarlyStopPatience is { } patience) problems.Range("earlyStopPatience", patience, 1, SpecificationLimits.MaxEpochs);
        if (spec.NumericsVersion < 1) problems.Add("numericsVersion", $"is {spec.NumericsVersion}; this build computes with {NumericsVersion.Current}");
        return problems.All;
    }

    /// <summary>The problems of a new job: those of <see cref="FindProblems"/>, and another build's <c>numericsVersion</c>.</summary>
    /// <param name="spec">The specification.</param>
    /// <returns>What is wrong, setting by setting; empty if nothing is.</returns>
    public static IReadOnlyList<SettingProblem> FindProblemsOfNewJob(JobSpec spec)
    {
        IReadOnlyList<SettingProblem> problems = FindProblems(spec);
        return spec.NumericsVersion is < 1 or NumericsVersion.Current
            ? problems
            : [.. problems,
                new("numericsVersion", $"is {spec.NumericsVersion}, but this build computes with {NumericsVersion.Current}; use one build of DistConv")];
    }

    /// <summary>Whether samples can be divided over batches and shards.</summary>
    /// <param name="samples">Training samples.</param>
    /// <param name="globalBatch">Samples of one step over all shards.</param>
    /// <param name="shards">Logical shards.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    public static IReadOnlyList<SettingProblem> FindSizeProblems(int samples, int globalBatch, int shards)
    {
        var problems = new SettingProblems();
        bool hasSamples = problems.Range("samples", samples, 1, SpecificationLimits.MaxSamples);
        bool hasBatch = problems.Range("globalBatch", globalBatch, 1, SpecificationLimits.MaxGlobalBatch);
        if (!problems.Range("shards", shards, 1, SpecificationLimits.MaxShards)) return problems.All;
        if (hasSamples && shards > samples) problems.Add("shards", $"is {shards}, but there are only {samples} training samples; give {samples} or less");
        if (hasBatch && shards > globalBatch)
            problems.Add("globalBatch",
                $"is {globalBatch}, but each of the {shards} shards takes at least one sample of a batch; give {shards} or more, or fewer shards");
        return problems.All;
    }

    private static ModelPlan? CheckTexts(JobSpec spec, SettingProblems problems)
    {
        bool isNamed = problems.Text("modelName", spec.ModelName, SpecificationLimits.MaxModelNameLength);
        ModelPlan? plan = isNamed ? CheckModel(spec, problems) : null;
        if (problems.Text("data", spec.Data, SpecificationLimits.MaxDataNameLength) && !DataNames.IsName(spec.Data))
            problems.Add("data",
                $"is '{spec.Data}', which is a path or has other characters than a name; name a data set, which each silo looks for in its own data folder");
        problems.Text("dataFingerprint", spec.DataFingerprint, SpecificationLimits.MaxFingerprintLength);
        if (spec.ClassNames is { Length: > SpecificationLimits.MaxClassNamesLength } names)
            problems.Add("classNames", $"has {names.Length} characters; give at most {SpecificationLimits.MaxClassNamesLength}");
        else if (spec.ClassNames?.Split('\n').Length is { } count && plan is not null) CheckNames(spec, plan, count, problems);
        if (spec.InitialWeights is { } digest && !Sha256Digest.IsValid(digest))
            problems.Add("initialWeights", "is no digest; give 'sha256:' and 64 hexadecimal digits in lower case");
        return plan;
    }

    private static void CheckNames(JobSpec spec, ModelPlan plan, int count, SettingProblems problems)
    {
        int expected = spec.Labels == LabelKind.Class ? plan.Classes : plan.Output.Size;
        if (expected > 0 && count != expected)
            problems.Add("classNames", $"has {count} names, but the model has {expected} classes; give {expected}, one a line");
    }

    /// <summary>A single value has no variance: what depends on a shard's samples needs two of them, unless a sample has several values a channel.</summary>
    private static void CheckShardLayers(JobSpec spec, ModelPlan plan, SettingProblems problems)
    {
        if (spec.GlobalBatch / spec.Shards > 1) return;
        NodePlan? lonely = ExecutionPlan.Of(plan).Nodes.FirstOrDefault(
            node => node.Traits.Phase == LayerPhase.Shard && node.Layer.Input is { Height: 1, Width: 1 });
        if (lonely is null) return;
        problems.Add(
            "globalBatch",
            $"is {spec.GlobalBatch}, which leaves some of the {spec.Shards} shards one sample, but layer '{lonely.Layer.Layer.Name}' "
                + $"({lonely.Layer.Layer.Type}) takes mean and variance of each value over the samples of a shard; "
                + $"give {2 * spec.Shards} or more, or fewer shards");
    }

    private static ModelPlan? CheckModel(JobSpec spec, SettingProblems problems)
    {
        if (string.IsNullOrEmpty(spec.ModelJson))
        {
            problems.Add("modelJson", "is missing; give the model's canonical JSON");
            return null;
        }

        try
        {
            ModelPlan plan = spec.Plan();
            if (plan.Parameters == 0)
                problems.Add("modelJson", "has nothing to train: every layer with weights is frozen; leave out \"trainable\": false of one");
            return plan;
        }
        catch (InvalidInputException e)
        {
            problems.Add("modelJson", $"is no valid model: {e.Message}");
            return null;
        }
    }
}
