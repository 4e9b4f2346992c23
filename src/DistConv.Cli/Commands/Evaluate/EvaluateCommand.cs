using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Datasets;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Cli.Commands.Evaluate;

/// <summary><c>distconv evaluate</c>: held-out loss and accuracy of a snapshot.</summary>
internal static class EvaluateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "evaluate",
            "Measure loss and accuracy of a snapshot on the held-out samples of its data set.",
            "distconv evaluate JOB",
            "distconv evaluate FILE.dcs --data-dir DIR --json");
        Argument<string> target = new("SNAPSHOT|JOB") { Description = "A snapshot file, or a job for its newest snapshot." };
        Option<string?> store = CommonOptions.Store();
        DataOptionSet data = new();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        data.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[threads, store, json]) command.Add(option);
        command.Add(target);
        command.SetAction((parsed, _) =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            return RunAsync(found, data.Read(parsed, context), parsed.ReadThreads(threads), parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(SnapshotTarget target, DataFolders folders, int threads, bool json, CliContext context)
    {
        KernelSet kernel = KernelSets.Select();
        (string path, Snapshot snapshot) = target.Read(context.Output);
        SnapshotTarget.EnsureKnown(snapshot, path);
        if (snapshot.Content != SnapshotContent.Full)
            throw new InvalidInputException($"snapshot '{path}' holds kernels only; name a snapshot of the whole network (step-…)");
        (DataSource data, _) = JobData.Reopen(snapshot.Spec, $"snapshot '{path}'", folders, target.Folder?.ReadOrigin());
        long start = context.Time.GetTimestamp();
        using ComputePool pool = new(threads);
        using Replica replica = new(snapshot.Spec, data, pool, kernel);
        replica.Restore(snapshot);
        EvaluationResult result = await replica.EvaluateAsync().WaitAsync(context.Stop);
        double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        if (json) JsonLine.Write(context.Output, ToJson(path, snapshot, result, seconds, kernel));
        else Print(path, snapshot, result, seconds, context.Output);
        if (!json) context.Output.Hint($"distconv snapshot show {Format.ShellWord(path)}");
        return ExitCodes.Done;
    }

    private static void Print(string path, Snapshot snapshot, EvaluationResult result, double seconds, IConsoleOutput output)
    {
        output.Result($"{path}: {snapshot.Spec.ModelName} at step {snapshot.Step:N0}, weights {snapshot.WeightsDigest()}");
        string accuracy = Format.Percent(result.Accuracy, 2);
        output.Result($"held-out loss {Format.Loss(result.Loss)}, accuracy {accuracy} on {result.Samples:N0} samples of {snapshot.Spec.Data} ({seconds:F1} s)");
        if (result.Validation is { } validation)
            output.Result($"validation loss {Format.Loss(validation.Loss)}, accuracy {Format.Percent(validation.Accuracy, 2)} on {validation.Samples:N0} samples");
    }

    private static JsonObject ToJson(string path, Snapshot snapshot, EvaluationResult result, double seconds, KernelSet kernel) => new()
    {
        ["snapshot"] = path,
        ["step"] = snapshot.Step,
        ["model"] = snapshot.Spec.ModelName,
        ["data"] = snapshot.Spec.Data,
        ["samples"] = result.Samples,
        ["testLoss"] = JsonLine.Number(result.Loss),
        ["testAccuracy"] = JsonLine.Number(result.Accuracy),
        ["validationLoss"] = JsonLine.Number(result.Validation?.Loss),
        ["validationAccuracy"] = JsonLine.Number(result.Validation?.Accuracy),
        ["elapsedSeconds"] = JsonLine.Number(seconds),
        ["kernel"] = kernel.Name,
        ["weightsDigest"] = snapshot.WeightsDigest(),
    };
}
