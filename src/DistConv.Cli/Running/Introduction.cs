using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Cli.Running;

/// <summary>What is said before the first step: the model, the data, and how it will be trained.</summary>
internal static class Introduction
{
    private const int MaxClassesShown = 20;

    /// <summary>The lines.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="planned">The job.</param>
    /// <param name="how">Who computes it.</param>
    /// <param name="silos">How many processes do, as far as that is known.</param>
    public static IEnumerable<string> Lines(string job, TrainingPlan planned, string how, int silos)
    {
        JobSpec spec = planned.Specification;
        yield return ModelSummary.Format(planned.Model).TrimEnd('\n');
        foreach (string rule in planned.Decided) yield return $"  decided: {rule}";
        yield return DataLine(planned.Data, spec);
        if (planned.Data.Train is { Labels: LabelKind.Class, ClassCount: <= MaxClassesShown })
            yield return $"  training classes: {ClassCounts(planned.Data, spec.Samples)}";
        yield return $"job {job}: {Format.Plural(spec.TotalSteps, "step")} of {spec.GlobalBatch} samples ({planned.StepsPerEpoch:N0} an epoch), "
            + $"{TrainingText.Describe(spec)}, seed {spec.Seed}";
        foreach (string note in planned.Notes) yield return $"  {note}";
        if (spec.InitialWeights is { } digest) yield return $"  initial weights {digest}";
        yield return $"  {Format.Plural(spec.Shards, "shard")}, {how}";
        if (SiloAdvice.ForUneven(silos, spec.Shards) is { } advice) yield return $"  {advice}";
    }

    /// <summary>Who computes a job of this process.</summary>
    public static string How(RunRequest request, string kernel)
    {
        string where = request.Local ? "in this process without grains"
            : request.Silos == 1 ? "through grains in this process"
            : $"each, through grains in {request.Silos} processes";
        return $"kernel {kernel}, {Format.Plural(request.Threads, "thread")} {where}";
    }

    /// <summary>"0: 5,923  1: 6,742 …" of the first samples.</summary>
    private static string ClassCounts(DataSource data, int samples)
    {
        IDataset dataset = data.Train;
        int[] counts = new int[dataset.ClassCount];
        for (int i = 0; i < samples; i++) counts[dataset.Label(i)]++;
        return string.Join("  ", counts.Select((count, label) => $"{data.ClassNames?[label] ?? $"{label}"}: {count:N0}"));
    }

    private static string DataLine(DataSource data, JobSpec spec)
    {
        string used = spec.Samples < data.Train.Count ? $"the first {spec.Samples:N0} of {data.Train.Count:N0}" : $"{spec.Samples:N0}";
        string validation = spec.ValidationSamples > 0 ? $", the next {spec.ValidationSamples:N0} for validation," : "";
        return $"Data: {data.Name}, images {data.Train.Shape}, {data.Train.LabelText()}, {used} training{validation} and {data.Test.Count:N0} "
            + $"held-out samples";
    }
}
