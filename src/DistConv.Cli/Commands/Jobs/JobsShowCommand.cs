using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Cli.Running;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using SiloStatus = DistConv.Training.Jobs.SiloStatus; // Orleans, whose namespaces are implicit, has one of its own.

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs show</c>: specification, state, epochs and snapshots of one job.</summary>
internal static class JobsShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("show", "Show one job: what it is, where it stands, its epochs and snapshots.", "distconv jobs show JOB");
        Argument<string> job = JobsCommand.JobArgument();
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        command.Add(job);
        command.Add(store);
        command.Add(json);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(job), StoreOptions.Read(parsed, store, context), parsed.GetValue(json), context));
        return command;
    }

    private static int Run(string job, StoreOptions options, bool json, CliContext context)
    {
        JobFolder folder = options.OpenJob(job, context.Time);
        JobSummary summary = folder.Summary();
        StoredSnapshot? stored = folder.LatestVerified(out IReadOnlyList<string> warnings);
        foreach (string warning in warnings) context.Output.Warn(warning);
        RunReport report = JobLauncher.FromStore(folder, stored, summary.State);
        if (json)
        {
            JsonObject value = report.ToJson();
            value["steps"] = summary.Step;
            value["message"] = folder.ReadStatus()?.Message;
            value["optimizer"] = report.Spec.Optimizer.Name;
            value["learningRate"] = report.Spec.Optimizer.LearningRate;
            value["weightDecay"] = report.Spec.Optimizer.WeightDecay;
            value["schedule"] = ScheduleChoice.Text(report.Spec.Schedule);
            value["warmupSteps"] = report.Spec.Schedule?.WarmupSteps ?? 0;
            value["clipNorm"] = report.Spec.ClipNorm;
            value["earlyStopPatience"] = report.Spec.EarlyStopPatience;
            value["dataFingerprint"] = report.Spec.DataFingerprint;
            value["epochMetrics"] = JsonLine.Array(report.Epochs, ToJson);
            value["siloProcesses"] = JsonLine.Array(folder.ReadStatus()?.Silos ?? [], RunReport.Silo);
            value["snapshots"] = JsonLine.Array(folder.Snapshots(), head => new JsonObject { ["step"] = head.Step, ["file"] = head.Path });
            JsonLine.Write(context.Output, value);
        }
        else
        {
            Print(folder, summary, report, context.Output);
        }

        return ExitCodes.Done;
    }

    private static void Print(JobFolder folder, JobSummary summary, RunReport report, IConsoleOutput output)
    {
        JobSpec spec = folder.Spec;
        string updated = summary.UpdatedAt is { } at ? $", {Format.Instant(at)}" : "";
        output.Result($"job {folder.Id}: {RunReport.Name(summary.State)} at step {summary.Step:N0} of {spec.TotalSteps:N0}{updated}");
        if (folder.ReadStatus()?.Message is { } message) output.Result($"  {message}");
        output.Result($"  folder      {folder.Path}");
        output.Result($"  model       {spec.ModelName}");
        string validation = spec.ValidationSamples > 0 ? $" and {spec.ValidationSamples:N0} for validation" : "";
        output.Result($"  data        {spec.Data}, {spec.Samples:N0} samples{validation}, {spec.DataFingerprint}");
        output.Result($"  training    {TrainingText.Describe(spec)}, batch {spec.GlobalBatch}, {Format.Plural(spec.Shards, "shard")}, seed {spec.Seed}");
        output.Result($"  numerics    version {spec.NumericsVersion}");
        if (report.WeightsDigest is { } digest) output.Result($"  weights     {digest} (step {report.Step:N0})");
        if (report is { BestSnapshot: { } snapshot, BestEpoch: { } best })
            output.Result($"  best        epoch {best.Epoch} by {EarlyStopping.Metric(spec)}, {snapshot}");
        if (report.Epochs.Count > 0) output.Result(EpochTable(report.Epochs));
        if (folder.ReadStatus()?.Silos is { Count: > 0 } silos) output.Result(SiloTable(silos));
        TextTable snapshots = new(" STEP", "SNAPSHOT");
        foreach (SnapshotHead head in folder.Snapshots()) snapshots.Add($"{head.Step}", head.Path);
        if (snapshots.Rows.Count > 0) output.Result(snapshots);
    }

    private static TextTable SiloTable(IReadOnlyList<SiloStatus> silos)
    {
        TextTable table = new("SILO", "HOST", " PROCESS", " THREADS", "SHARDS");
        foreach (SiloStatus silo in silos) table.Add(silo.Silo, silo.Host, $"{silo.ProcessId}", $"{silo.Threads}", Format.Ranges(silo.Shards));
        return table;
    }

    private static TextTable EpochTable(IReadOnlyList<EpochMetrics> epochs)
    {
        TextTable table = new(" EPOCH", " STEP", " TRAIN LOSS", " TRAIN ACC", " HELD-OUT LOSS", " HELD-OUT ACC", " VALID LOSS", " VALID ACC", " TIME", " SAMPLES", "PROOF");
        foreach (EpochMetrics epoch in epochs)
        {
            table.Add(
                $"{epoch.Epoch}",
                $"{epoch.Step}",
                Format.Loss(epoch.TrainLoss),
                Format.Percent(epoch.TrainAccuracy, 2),
                Format.Loss(epoch.TestLoss),
                Format.Percent(epoch.TestAccuracy, 2),
                epoch.ValidationLoss is { } loss ? Format.Loss(loss) : "-",
                epoch.ValidationAccuracy is { } accuracy ? Format.Percent(accuracy, 2) : "-",
                Format.Duration(epoch.Seconds),
                $"{epoch.SamplesUsed}",
                epoch.CoverageDigest);
        }

        return table;
    }

    private static JsonObject ToJson(EpochMetrics epoch) => new()
    {
        ["epoch"] = epoch.Epoch,
        ["step"] = epoch.Step,
        ["trainLoss"] = JsonLine.Number(epoch.TrainLoss),
        ["trainAccuracy"] = JsonLine.Number(epoch.TrainAccuracy),
        ["testLoss"] = JsonLine.Number(epoch.TestLoss),
        ["testAccuracy"] = JsonLine.Number(epoch.TestAccuracy),
        ["validationLoss"] = JsonLine.Number(epoch.ValidationLoss),
        ["validationAccuracy"] = JsonLine.Number(epoch.ValidationAccuracy),
        ["seconds"] = JsonLine.Number(epoch.Seconds),
        ["samplesUsed"] = epoch.SamplesUsed,
        ["coverageDigest"] = epoch.CoverageDigest,
    };
}
