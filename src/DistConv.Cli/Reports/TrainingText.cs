using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Cli.Reports;

/// <summary>How a job trains, for people.</summary>
internal static class TrainingText
{
    private const int MaxClassWeightsShown = 10;

    /// <summary>"adam, learning rate 0.001, schedule cosine after 100 warm-up steps, gradient norm at most 1": what is not used is not said.</summary>
    public static string Describe(JobSpec spec)
    {
        List<string> parts = [OptimizerChoice.Describe(spec.Optimizer)];
        if (spec.Loss is { } loss) parts.Add($"loss {loss}");
        if (spec.LabelSmoothing is { } smoothing) parts.Add($"label smoothing {smoothing}");
        if (spec.ClassWeights is { } weights) parts.Add($"class weights {Describe(weights, ClassNames.Of(spec, weights.Count))}");
        if (spec.Oversampling is { } counts)
            parts.Add($"{spec.EpochSamples:N0} samples an epoch by oversampling ({Describe(counts, ClassNames.Of(spec, counts.Count))})");
        if (spec.Augmentation is { } augmentation) parts.Add($"samples varied by {string.Join(", ", augmentation)}");
        if (spec.Schedule is { } schedule)
        {
            string warmup = schedule.WarmupSteps > 0 ? $" after {schedule.WarmupSteps:N0} warm-up steps" : "";
            parts.Add($"schedule {ScheduleText.Format(schedule)}{warmup}");
        }

        if (spec.ClipNorm is { } norm) parts.Add($"gradient norm at most {norm}");
        if (spec.FrozenLayers is { } frozen) parts.Add($"{string.Join(" ", frozen)} frozen until epoch {spec.FreezeUntilEpoch}");
        if (spec.LayerRates is { } rates) parts.Add($"learning rate by layer {string.Join(" ", rates.Select(rate => $"{rate.Layer} × {rate.Factor}"))}");
        if (spec.EarlyStopPatience is { } patience)
            parts.Add($"ends after {Format.Plural(patience, "epoch")} without a {BestFigure.Better(spec)} {EarlyStopping.Metric(spec)}");
        else if (spec.BestBy is not null) parts.Add($"best epoch by {EarlyStopping.Metric(spec)}");
        if (spec.KeepBest is { } kept) parts.Add($"keeps the {kept} best epochs' snapshots");
        return string.Join(", ", parts);
    }

    /// <summary>"cats 0.5 dogs 1.5"; of many classes the range.</summary>
    private static string Describe(IReadOnlyList<float> weights, IReadOnlyList<string> names) => weights.Count > MaxClassWeightsShown
        ? $"from {weights.Min():G4} to {weights.Max():G4}"
        : string.Join(" ", weights.Select((weight, label) => $"{names[label]} {weight:G4}"));

    /// <summary>"cats 12 dogs 12"; of many classes the range.</summary>
    private static string Describe(IReadOnlyList<int> counts, IReadOnlyList<string> names) => counts.Count > MaxClassWeightsShown
        ? $"from {counts.Min():N0} to {counts.Max():N0} of a class"
        : string.Join(" ", counts.Select((count, label) => $"{names[label]} {count:N0}"));
}
