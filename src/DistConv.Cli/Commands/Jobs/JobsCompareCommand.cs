using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs compare</c>: jobs side by side.</summary>
internal static class JobsCompareCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "compare",
            "Compare jobs: their settings with what differs marked, last and best figures, and the first step whose loss differs.",
            "distconv jobs compare JOB JOB",
            "distconv jobs compare JOB JOB JOB --json",
            "distconv jobs compare JOB JOB --cluster redis://HOST:6379");
        Argument<string[]> jobs = new("JOB") { Description = "The jobs' ids, two or more.", Arity = ArgumentArity.OneOrMore };
        SourceOptionSet sources = new();
        Option<bool> json = CommonOptions.Json();
        command.Add(jobs);
        sources.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            SourceClient client = new(source.Jobs, new DataOptions(), context.Time);
            JobComparison comparison = await client.CompareAsync(parsed.GetRequiredValue(jobs), context.Stop);
            if (parsed.GetValue(json)) JsonLine.Write(context.Output, ToJson(comparison));
            else Print(comparison, context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(JobComparison comparison, IConsoleOutput output)
    {
        TextTable table = new(["", .. comparison.Jobs.Select(job => $" {job.Id}"), ""]);
        HashSet<string> different = [.. comparison.Differences.Select(difference => difference.Setting)];
        Row("model", job => job.Specification.ModelName, "modelJson");
        Row("data", job => Format.DataName(job.Specification.Data), "data", "dataFingerprint");
        Row("training", job => TrainingText.Describe(job.Specification));
        foreach (SettingComparison difference in comparison.Differences.Where(difference => difference.Values.All(value => value.Length <= 40)))
            table.Add([difference.Setting, .. difference.Values, "differs"]);
        Row("state", job => RunReport.Name(job.Summary.State));
        Row("step", job => $"{job.Summary.Step:N0} of {job.Specification.TotalSteps:N0}");
        Row("last step's loss", job => job.LastStep is { } step ? Format.Loss(step.Loss) : "-");
        Row("last test loss", job => job.Epochs is [.., var last] ? Format.Loss(last.TestLoss) : "-");
        bool hasAccuracy = comparison.Jobs.Any(job => JobFigures.AccuracyOf(job.Specification.Labels) is not null);
        if (hasAccuracy) Row("last test accuracy", job => Accuracy(job, job.Epochs is [.., var last] ? last : null));
        if (comparison.Jobs.Any(job => job.Epochs is [.., { TestAuc: not null }]))
            Row("last test AUC", job => job.Epochs is [.., { TestAuc: { } auc }] ? HeldOutText.Area(auc) : "-");
        if (comparison.Jobs.Any(job => job.Epochs is [.., { TestMeanAbsoluteError: not null }]))
            Row("last test MAE", job => job.Epochs is [.., { TestMeanAbsoluteError: { } error }] ? Format.Loss(error) : "-");
        Row("best epoch", job => job.BestEpoch is { } best ? $"{best.Epoch}" : "-");
        Row("best test loss", job => job.BestEpoch is { } best ? Format.Loss(best.TestLoss) : "-");
        if (hasAccuracy) Row("best test accuracy", job => Accuracy(job, job.BestEpoch));
        Row("weights", job => job.WeightsDigest is { } digest ? digest[..int.Min(digest.Length, 19)] : "-");
        output.Result(table);
        output.Result(comparison switch
        {
            { CommonSteps: 0 } => "no step is in the records of all",
            { FirstDifferentStep: { } step } => $"the losses differ from step {step} on (of {comparison.CommonSteps:N0} steps that all have)",
            _ => $"the losses of all {comparison.CommonSteps:N0} common steps are the same, bit by bit",
        });

        string Accuracy(ComparedJob job, EpochMetrics? epoch) =>
            JobFigures.MeasuredAccuracy(job.Specification.Labels, epoch?.TestAccuracy) is { } accuracy ? Format.Percent(accuracy, 2) : "-";
        void Row(string name, Func<ComparedJob, string> value, params string[] settings) => table.Add(
            [name, .. comparison.Jobs.Select(value), settings.Any(different.Contains) ? "differs" : ""]);
    }

    private static JsonObject ToJson(JobComparison comparison) => new()
    {
        ["jobs"] = JsonLine.Array(comparison.Jobs, ToJson),
        ["differences"] = JsonLine.Array(comparison.Differences, difference => new JsonObject
        {
            ["setting"] = difference.Setting,
            ["values"] = new JsonArray([.. difference.Values.Select(value => (JsonNode)value)]),
        }),
        ["commonSteps"] = comparison.CommonSteps,
        ["firstDifferentStep"] = comparison.FirstDifferentStep,
    };

    private static JsonObject ToJson(ComparedJob job) => new()
    {
        ["job"] = job.Id,
        ["status"] = RunReport.Name(job.Summary.State),
        ["specification"] = JsonNode.Parse(job.Specification.ToJson()),
        ["steps"] = job.Summary.Step,
        ["lastLoss"] = JsonLine.Number(job.LastStep?.Loss),
        ["lastEpoch"] = Epoch(job, job.Epochs is [.., var last] ? last : null),
        ["bestEpoch"] = Epoch(job, job.BestEpoch),
        ["weightsDigest"] = job.WeightsDigest,
    };

    private static JsonObject? Epoch(ComparedJob job, EpochMetrics? epoch) => epoch is null ? null : new JsonObject
    {
        ["epoch"] = epoch.Epoch,
        ["step"] = epoch.Step,
        ["testLoss"] = JsonLine.Number(epoch.TestLoss),
        ["testAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(job.Specification.Labels, epoch.TestAccuracy)),
        ["testAuc"] = JsonLine.Number(epoch.TestAuc),
        ["testMeanAbsoluteError"] = JsonLine.Number(epoch.TestMeanAbsoluteError),
    };
}
