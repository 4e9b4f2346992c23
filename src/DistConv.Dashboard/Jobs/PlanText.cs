using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Dashboard.Jobs;

/// <summary>A plan for people.</summary>
internal static class PlanText
{
    /// <summary>Which field of the form decides a setting of the specification.</summary>
    private static readonly Dictionary<string, Func<StartRequest, bool>> _isGiven = new(StringComparer.Ordinal)
    {
        ["data"] = form => form.Data is not null,
        ["modelName"] = form => form.Model is not null || form.ModelJson is not null,
        ["samples"] = form => form.Samples is not null,
        ["totalSteps"] = form => form.Epochs is not null || form.Steps is not null,
        ["globalBatch"] = form => form.Batch is not null,
        ["shards"] = form => form.Shards is not null,
        ["seed"] = form => form.Seed is not null,
        ["optimizer.name"] = form => form.Optimizer is not null,
        ["optimizer.learningRate"] = form => form.LearningRate is not null,
    };

    /// <summary>Puts it together.</summary>
    public static PlanReply Of(TrainingPlan plan, StartRequest form)
    {
        JobSpec spec = plan.Specification;
        string validation = spec.ValidationSamples > 0 ? $", {spec.ValidationSamples:N0} for validation" : "";
        return new PlanReply
        {
            Summary =
            [
                $"{spec.ModelName}: {plan.Model.Layers.Count} layers, {plan.Model.Parameters:N0} parameters, input {plan.Model.Model.Input}",
                $"{DataTitle.Of(spec.Data)}: {spec.Samples:N0} training samples{validation}, {plan.Data.Test.Count:N0} test samples, "
                    + plan.Data.Train.LabelText(),
                $"{spec.TotalSteps:N0} steps of {spec.GlobalBatch} samples, {plan.StepsPerEpoch:N0} an epoch, in {spec.Shards} shards",
                $"{spec.Optimizer.Name}, learning rate {spec.Optimizer.LearningRate}, schedule {ScheduleText.Format(spec.Schedule)}, seed {spec.Seed}",
            ],
            Settings = [.. SettingList.Of(spec).Select(setting => new PlannedSetting(setting.Name, setting.Value, Reason(setting.Name, form)))],
            TotalSteps = spec.TotalSteps,
            StepsPerEpoch = plan.StepsPerEpoch,
            Parameters = plan.Model.Parameters,
            MemoryBytes = plan.EstimateMemoryBytes(Environment.ProcessorCount),
            Warnings = plan.Notes,
        };
    }

    private static string? Reason(string setting, StartRequest form) => _isGiven.TryGetValue(setting, out Func<StartRequest, bool>? isGiven) && !isGiven(form)
        ? "the default" : null;
}
