using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client;
using DistConv.Client.Sources;
using DistConv.Core.Networks;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs show</c>: specification, state, epochs and snapshots of one job.</summary>
internal static class JobsShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "show", "Show one job: what it is, where it stands, its epochs and snapshots.", "distconv jobs show JOB",
                "distconv jobs show JOB --cluster redis://HOST:6379");
        Argument<string> job = JobsCommand.JobArgument();
        SourceOptionSet sources = new();
        Option<bool> json = CommonOptions.Json();
        command.Add(job);
        sources.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            return Run(await source.Jobs.ShowAsync(parsed.GetRequiredValue(job), context.Stop), parsed.GetValue(json), context);
        });
        return command;
    }

    private static int Run(JobView job, bool json, CliContext context)
    {
        RunReport report = job.ToReport();
        if (json)
        {
            JsonObject value = report.ToJson();
            value["steps"] = job.Summary.Step;
            value["message"] = job.Message;
            value["loss"] = report.Spec.Loss ?? LossFunction.DefaultOf(report.Spec.Plan().OutputKind);
            value["labelSmoothing"] = report.Spec.LabelSmoothing ?? 0f;
            value["oversampling"] = report.Spec.Oversampling is { } counts ? JsonLine.Array(counts, count => count) : null;
            value["classWeights"] = report.Spec.ClassWeights is { } weights ? JsonLine.Array(weights, weight => JsonLine.Number(weight)) : null;
            value["augmentation"] = AugmentationText.Format(report.Spec.Augmentation);
            value["optimizer"] = report.Spec.Optimizer.Name;
            value["learningRate"] = report.Spec.Optimizer.LearningRate;
            value["weightDecay"] = report.Spec.Optimizer.WeightDecay;
            value["schedule"] = ScheduleText.Format(report.Spec.Schedule);
            value["warmupSteps"] = report.Spec.Schedule?.WarmupSteps ?? 0;
            value["clipNorm"] = report.Spec.ClipNorm;
            value["earlyStopPatience"] = report.Spec.EarlyStopPatience;
            value["bestBy"] = report.Spec.BestBy ?? BestBySettings.Loss;
            value["keepBest"] = report.Spec.KeepBest ?? 1;
            value["dataFingerprint"] = report.Spec.DataFingerprint;
            value["epochMetrics"] = JsonLine.Array(report.Epochs, epoch => ToJson(epoch, report.Spec));
            value["siloProcesses"] = JsonLine.Array(job.Silos, RunReport.Silo);
            value["snapshots"] = JsonLine.Array(job.Snapshots, head => new JsonObject { ["step"] = head.Step, ["file"] = head.Path });
            JsonLine.Write(context.Output, value);
        }
        else
        {
            Print(job, report, context.Output);
        }

        return ExitCodes.Done;
    }

    private static void Print(JobView job, RunReport report, IConsoleOutput output)
    {
        (JobSpec spec, JobSummary summary) = (job.Spec, job.Summary);
        string updated = summary.UpdatedAt is { } at ? $", {Format.Instant(at)}" : "";
        output.Result($"job {summary.Id}: {RunReport.Name(summary.State)} at step {summary.Step:N0} of {spec.TotalSteps:N0}{updated}");
        if (job.Message is { } message) output.Result($"  {message}");
        output.Result($"  folder      {job.Folder}");
        output.Result($"  model       {spec.ModelName}");
        string validation = spec.ValidationSamples > 0 ? $" and {spec.ValidationSamples:N0} for validation" : "";
        output.Result($"  data        {spec.Data}, {spec.Samples:N0} samples{validation}, {spec.DataFingerprint}");
        output.Result($"  training    {TrainingText.Describe(spec)}, batch {spec.GlobalBatch}, {Format.Plural(spec.Shards, "shard")}, seed {spec.Seed}");
        output.Result($"  numerics    version {spec.NumericsVersion}");
        if (report.WeightsDigest is { } digest) output.Result($"  weights     {digest} (step {report.Step:N0})");
        if (report is { Best: { } snapshot, BestEpoch: { } best })
            output.Result($"  best        epoch {best.Epoch} by {EarlyStopping.Metric(spec)}, {snapshot.Path}");
        if (report.Epochs.Count > 0) output.Result(EpochTable(report.Epochs, spec));
        if (job.Silos.Count > 0) output.Result(SiloTable(job.Silos));
        TextTable snapshots = new(" STEP", "SNAPSHOT");
        foreach (SnapshotHead head in job.Snapshots) snapshots.Add($"{head.Step}", head.Path);
        if (snapshots.Rows.Count > 0) output.Result(snapshots);
    }

    private static TextTable SiloTable(IReadOnlyList<SiloStatus> silos)
    {
        TextTable table = new("SILO", "HOST", " PROCESS", " THREADS", "SHARDS");
        foreach (SiloStatus silo in silos) table.Add(silo.Silo, silo.Host, $"{silo.ProcessId}", $"{silo.Threads}", Format.Ranges(silo.Shards));
        return table;
    }

    private static TextTable EpochTable(IReadOnlyList<EpochMetrics> epochs, JobSpec spec)
    {
        bool hasAccuracy = JobFigures.AccuracyOf(spec.Labels) is not null;
        bool hasAuc = epochs.Any(epoch => epoch.TestAuc is not null), hasError = epochs.Any(epoch => epoch.TestMeanAbsoluteError is not null);
        TextTable table = new([
            " EPOCH", " STEP", " TRAIN LOSS", .. Where(hasAccuracy, " TRAIN ACC"), " HELD-OUT LOSS", .. Where(hasAccuracy, " HELD-OUT ACC"),
            .. Where(hasAuc, " HELD-OUT AUC"), .. Where(hasError, " HELD-OUT MAE"), " VALID LOSS", .. Where(hasAccuracy, " VALID ACC"), " TIME",
            " SAMPLES", "PROOF"]);
        foreach (EpochMetrics epoch in epochs)
        {
            table.Add([
                $"{epoch.Epoch}",
                $"{epoch.Step}",
                Format.Loss(epoch.TrainLoss),
                .. Where(hasAccuracy, Format.Percent(epoch.TrainAccuracy, 2)),
                Format.Loss(epoch.TestLoss),
                .. Where(hasAccuracy, Format.Percent(epoch.TestAccuracy, 2)),
                .. Where(hasAuc, epoch.TestAuc is { } auc ? HeldOutText.Area(auc) : "-"),
                .. Where(hasError, epoch.TestMeanAbsoluteError is { } error ? Format.Loss(error) : "-"),
                epoch.ValidationLoss is { } loss ? Format.Loss(loss) : "-",
                .. Where(hasAccuracy, epoch.ValidationAccuracy is { } accuracy ? Format.Percent(accuracy, 2) : "-"),
                Format.Duration(epoch.Seconds),
                $"{epoch.SamplesUsed}",
                epoch.CoverageDigest]);
        }

        return table;
    }

    private static string[] Where(bool isShown, string cell) => isShown ? [cell] : [];

    private static JsonObject ToJson(EpochMetrics epoch, JobSpec spec) => new()
    {
        ["epoch"] = epoch.Epoch,
        ["step"] = epoch.Step,
        ["trainLoss"] = JsonLine.Number(epoch.TrainLoss),
        ["trainAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(spec.Labels, epoch.TrainAccuracy)),
        ["testLoss"] = JsonLine.Number(epoch.TestLoss),
        ["testAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(spec.Labels, epoch.TestAccuracy)),
        ["validationLoss"] = JsonLine.Number(epoch.ValidationLoss),
        ["validationAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(spec.Labels, epoch.ValidationAccuracy)),
        ["testAuc"] = JsonLine.Number(epoch.TestAuc),
        ["testMeanAbsoluteError"] = JsonLine.Number(epoch.TestMeanAbsoluteError),
        ["validationAuc"] = JsonLine.Number(epoch.ValidationAuc),
        ["validationMeanAbsoluteError"] = JsonLine.Number(epoch.ValidationMeanAbsoluteError),
        ["seconds"] = JsonLine.Number(epoch.Seconds),
        ["samplesUsed"] = epoch.SamplesUsed,
        ["coverageDigest"] = epoch.CoverageDigest,
    };
}
