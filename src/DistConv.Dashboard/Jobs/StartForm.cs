using System.Text.Json;
using DistConv.Client;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Training.Specification;

namespace DistConv.Dashboard.Jobs;

/// <summary>Turns what a form sends into a request of the façade. Defaults and ranges are the façade's.</summary>
internal static class StartForm
{
    private const string DefaultData = "digits", DefaultModel = "keras1-mnist-cnn";

    /// <summary>The names of all settings.</summary>
    private static readonly string[] _names = [.. DashboardJson.Default.StartRequest.Properties.Select(property => property.Name)];

    /// <summary>Reads JSON.</summary>
    /// <exception cref="HttpProblem">It is no JSON, or has settings that are unknown or of a wrong type: all of them are named.</exception>
    public static StartRequest Parse(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new HttpProblem(400, "the request is no JSON object");
            SettingProblem[] unknown = [.. document.RootElement.EnumerateObject().Select(property => property.Name).Where(name => !_names.Contains(name))
                .Select(name => new SettingProblem(name, $"is unknown; the settings are {string.Join(", ", _names)}{Suggestion.DidYouMean(name, _names)}"))];
            if (unknown.Length > 0) throw HttpProblem.Invalid(new InvalidInputException(unknown));
            return document.RootElement.Deserialize(DashboardJson.Default.StartRequest)!;
        }
        catch (JsonException e)
        {
            string setting = e.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "request";
            throw HttpProblem.Invalid(new InvalidInputException([new SettingProblem(setting, "is not of the right type, or is no JSON")]));
        }
    }

    /// <summary>The same in the façade's terms.</summary>
    /// <exception cref="InvalidInputException">Optimizer, schedule or model is unknown.</exception>
    public static TrainingRequest ToRequest(StartRequest form)
    {
        TrainingRequest defaults = new() { Data = TrainingData.Parse(Given(form.Data) ?? DefaultData), Model = Model(form) };
        return defaults with
        {
            Id = Given(form.Id),
            Samples = form.Samples,
            Epochs = form.Epochs,
            Steps = form.Steps,
            GlobalBatch = form.Batch,
            Shards = form.Shards,
            Loss = Given(form.Loss),
            LabelSmoothing = form.LabelSmoothing ?? defaults.LabelSmoothing,
            ClassWeights = ClassWeights.Parse(Given(form.ClassWeights)),
            Augmentation = AugmentationText.Parse(Given(form.Augmentation)),
            Optimizer = Optimizer(form),
            Schedule = ScheduleText.Parse(Given(form.Schedule), form.Warmup ?? 0),
            ClipNorm = form.ClipNorm,
            ValidationSplit = form.ValidationSplit,
            EarlyStopPatience = form.EarlyStop,
            Seed = form.Seed ?? defaults.Seed,
            StopAt = form.StopAt,
            SnapshotEverySteps = form.SnapshotEvery,
            NormsEverySteps = form.NormsEvery ?? defaults.NormsEverySteps,
        };
    }

    private static ModelSource Model(StartRequest form)
    {
        string name = Given(form.Model) ?? DefaultModel;
        if (Given(form.ModelJson) is { } json) return ModelSource.Json(json, Given(form.Model) ?? "model");
        string[] names = [.. BuiltInModels.All.Select(model => model.Name)];
        return names.Contains(name)
            ? ModelSource.BuiltIn(name)
            : throw new InvalidInputException(
                [new SettingProblem("model", $"is '{name}', which is unknown; choose one of: {string.Join(", ", names)}{Suggestion.DidYouMean(name, names)}")]);
    }

    private static OptimizerSpec? Optimizer(StartRequest form)
    {
        if (Given(form.Optimizer) is null && form is { LearningRate: null, Momentum: null, Nesterov: null, WeightDecay: null }) return null;
        OptimizerSpec defaults = OptimizerSettings.Default(Given(form.Optimizer) ?? TrainingRequest.DefaultOptimizer);
        return defaults with
        {
            LearningRate = form.LearningRate ?? defaults.LearningRate,
            Momentum = form.Momentum ?? defaults.Momentum,
            Nesterov = form.Nesterov ?? defaults.Nesterov,
            WeightDecay = form.WeightDecay ?? defaults.WeightDecay,
        };
    }

    /// <summary>A form sends an empty text where a person wrote nothing.</summary>
    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
