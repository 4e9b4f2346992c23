using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Filters.Comparisons;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary><c>distconv snapshot diff</c>: whether two snapshots have the same weights; if not, where the jobs parted and by how much.</summary>
internal static class SnapshotDiffCommand
{
    private const int MaxShownValue = 60;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "diff",
            "Compare two snapshots, and of two jobs the logs as well. Exit code 0: the same weights, 1: others.",
            "distconv snapshot diff JOB1 JOB2",
            "distconv snapshot diff JOB@0 JOB",
            "distconv snapshot diff A.dcs B.dcs --json");
        Argument<string> first = new("A") { Description = SnapshotTarget.Description };
        Argument<string> second = new("B") { Description = "The other one." };
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        command.Add(first);
        command.Add(second);
        command.Add(store);
        command.Add(json);
        command.SetAction(parsed =>
        {
            StoreOptions options = StoreOptions.Read(parsed, store, context);
            Side a = Read(parsed.GetRequiredValue(first), options, context), b = Read(parsed.GetRequiredValue(second), options, context);
            SnapshotDifference difference = SnapshotDifference.Between(a.Snapshot, b.Snapshot);
            LogDifference? logs = Logs(a, b, context.Output);
            if (parsed.GetValue(json)) JsonLine.Write(context.Output, ToJson(a, b, difference, logs));
            else Print(a, b, difference, logs, context.Output);
            return difference.SameWeights ? ExitCodes.Done : ExitCodes.Different;
        });
        return command;
    }

    private static Side Read(string name, StoreOptions store, CliContext context)
    {
        SnapshotTarget target = SnapshotTarget.Find(name, store, context);
        (string path, Snapshot snapshot) = target.Read(context.Output);
        return new Side(path, snapshot, target.Folder);
    }

    private static LogDifference? Logs(Side a, Side b, IConsoleOutput output)
    {
        if (a.Folder is null || b.Folder is null || a.Folder.Path == b.Folder.Path || a.Snapshot.Spec.ModelJson != b.Snapshot.Spec.ModelJson) return null;
        return LogDifference.Between(a.Snapshot.Spec.Plan(), Steps(a.Folder), Steps(b.Folder));

        IReadOnlyList<StepEntry> Steps(JobFolder folder)
        {
            RecordTable table = folder.ReadRecordTable();
            if (table.DamagedRows > 0) output.Warn($"{table.DamagedRows} rows in the record of job '{folder.Id}' are damaged and skipped");
            return table.Steps;
        }
    }

    private static void Print(Side a, Side b, SnapshotDifference difference, LogDifference? logs, IConsoleOutput output)
    {
        foreach ((string name, Side side) in (ReadOnlySpan<(string, Side)>)[("A", a), ("B", b)])
            output.Result($"{name}  {side.Path}: {side.Snapshot.Spec.ModelName} at step {side.Snapshot.Step:N0}, weights {side.Snapshot.WeightsDigest()}");
        output.Result(difference.Specification.Count == 0 ? "specification: equal"
            : $"specification: differs in {string.Join(", ", difference.Specification.Select(Text))}");
        if (logs is not null) output.Result($"logs: {Text(logs)}");
        int slots = difference.Slots.Count(), others = difference.Slots.Count(tensor => !tensor.IsEqual);
        string state = slots == 0 ? "" : others == 0 ? "; the same optimizer state" : $"; other optimizer state ({others} of {slots} tensors differ)";
        if (difference.SameWeights)
        {
            output.Result($"the same weights: every bit of {difference.Weights.Sum(tensor => (long)tensor.Values):N0} values{state}");
            return;
        }

        output.Result($"other weights: the first layer that differs is '{difference.FirstLayer}'{state}");
        TextTable table = new("TENSOR", " VALUES", " DIFFERENT", " MAX |A-B|", " RMS A-B", " RELATIVE", " MAX ULPS", "");
        foreach (TensorDifference tensor in difference.Weights)
        {
            table.Add(tensor.Mismatch is not null
                ? [tensor.Name, "-", "-", "-", "-", "-", "-", tensor.Mismatch]
                : [tensor.Name, $"{tensor.Values:N0}", $"{tensor.Different:N0}", $"{tensor.MaxAbsolute:G3}", $"{tensor.Rms:G3}", $"{tensor.Relative:G3}",
                    $"{tensor.MaxUlps:N0}", ""]);
        }

        output.Result(table);
    }

    private static string Text(SpecDifference difference) => difference.First.Length + difference.Second.Length > MaxShownValue
        ? difference.Field
        : $"{difference.Field} ({difference.First}, {difference.Second})";

    private static string Text(LogDifference logs)
    {
        string common = $"{Format.Plural(logs.CommonSteps, "step")} in both";
        string losses = logs.LossStep is { } lossStep ? $"the losses first differ at step {lossStep:N0}" : "the losses are equal";
        return logs.Step is { } step
            ? $"first difference: step {step:N0}, layer {logs.Layer}, whose weights were others when it was computed; {losses}; {common}"
            : $"the layers' hashes are equal; {losses}; {common}";
    }

    private static JsonObject ToJson(Side a, Side b, SnapshotDifference difference, LogDifference? logs) => new()
    {
        ["sameWeights"] = difference.SameWeights,
        ["a"] = ToJson(a),
        ["b"] = ToJson(b),
        ["firstLayer"] = difference.FirstLayer,
        ["specification"] = JsonLine.Array(
            difference.Specification, field =>
                new JsonObject { ["field"] = field.Field, ["a"] = JsonNode.Parse(field.First), ["b"] = JsonNode.Parse(field.Second) }),
        ["tensors"] = JsonLine.Array(difference.Tensors, tensor => new JsonObject
        {
            ["name"] = tensor.Name,
            ["role"] = tensor.Role,
            ["mismatch"] = tensor.Mismatch,
            ["values"] = tensor.Values,
            ["different"] = tensor.Different,
            ["maxAbsolute"] = JsonLine.Number(tensor.MaxAbsolute),
            ["rms"] = JsonLine.Number(tensor.Rms),
            ["relative"] = JsonLine.Number(tensor.Relative),
            ["maxUlps"] = tensor.MaxUlps,
        }),
        ["logs"] = logs is null ? null : new JsonObject
        {
            ["commonSteps"] = logs.CommonSteps,
            ["firstStep"] = logs.Step,
            ["firstLayer"] = logs.Layer,
            ["firstLossStep"] = logs.LossStep,
        },
    };

    private static JsonObject ToJson(Side side) => new()
    {
        ["file"] = side.Path,
        ["step"] = side.Snapshot.Step,
        ["model"] = side.Snapshot.Spec.ModelName,
        ["weightsDigest"] = side.Snapshot.WeightsDigest(),
    };

    private sealed record Side(string Path, Snapshot Snapshot, JobFolder? Folder);
}
