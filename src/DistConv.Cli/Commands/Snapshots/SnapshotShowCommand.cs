using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Core.Models;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary><c>distconv snapshot show</c>: everything about one snapshot but the values.</summary>
internal static class SnapshotShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "show", "Show what a snapshot holds, after checking all of it.", "distconv snapshot show JOB", "distconv snapshot show FILE.dcs --json");
        Argument<string> target = new("FILE|JOB") { Description = SnapshotTarget.Description };
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        command.Add(target);
        command.Add(store);
        command.Add(json);
        command.SetAction(parsed =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            (string path, Snapshot snapshot) = found.Read(context.Output);
            if (parsed.GetValue(json)) JsonLine.Write(context.Output, ToJson(path, snapshot));
            else Print(path, snapshot, context.Output);
            if (!parsed.GetValue(json)) context.Output.Hint($"distconv evaluate {Format.ShellWord(path)}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(string path, Snapshot snapshot, IConsoleOutput output)
    {
        JobSpec spec = snapshot.Spec;
        output.Result($"snapshot {path}");
        string size = Format.Bytes(new FileInfo(path).Length);
        output.Result($"  content     {snapshot.Content.ToString().ToLowerInvariant()}, {size}, taken {Format.Instant(snapshot.CreatedAt)}");
        output.Result($"  step        {snapshot.Step:N0} of {spec.TotalSteps:N0}, {Format.Plural(snapshot.Epochs.Count, "epoch")} done");
        output.Result($"  model       {spec.ModelName}");
        output.Result($"  data        {spec.Data}, {spec.Samples:N0} samples, {spec.DataFingerprint}");
        output.Result($"  training    {TrainingText.Describe(spec)}, batch {spec.GlobalBatch}, {Format.Plural(spec.Shards, "shard")}, seed {spec.Seed}");
        output.Result($"  numerics    version {snapshot.NumericsVersion}");
        if (snapshot.Epochs is [.., { } epoch])
            output.Result($"  held-out    loss {HeldOutText.Test(snapshot.Spec, epoch)} (after epoch {epoch.Epoch})");
        output.Result($"  weights     {snapshot.WeightsDigest()}");
        if (spec.InitialWeights is { } initial) output.Result($"  begun with  {initial}");
        output.Result($"\n{ModelSummary.Format(spec.Plan())}");
        TextTable tensors = new("TENSOR", "ROLE", "SHAPE", " VALUES");
        foreach (SnapshotTensor tensor in snapshot.Tensors) tensors.Add(
            tensor.Name, tensor.Role, $"[{string.Join(", ", tensor.Shape)}]", $"{tensor.Values.Length}");
        output.Result(tensors);
        output.Result($"\n{WeightTable.Legend}");
        output.Result(WeightTable.Text(snapshot));
    }

    private static JsonObject ToJson(string path, Snapshot snapshot) => new()
    {
        ["file"] = path,
        ["content"] = snapshot.Content.ToString().ToLowerInvariant(),
        ["step"] = snapshot.Step,
        ["totalSteps"] = snapshot.Spec.TotalSteps,
        ["epochs"] = snapshot.Epochs.Count,
        ["createdAt"] = snapshot.CreatedAt.ToString("O"),
        ["numericsVersion"] = snapshot.NumericsVersion,
        ["model"] = snapshot.Spec.ModelName,
        ["data"] = snapshot.Spec.Data,
        ["dataFingerprint"] = snapshot.Spec.DataFingerprint,
        ["samples"] = snapshot.Spec.Samples,
        ["seed"] = snapshot.Spec.Seed,
        ["globalBatch"] = snapshot.Spec.GlobalBatch,
        ["shards"] = snapshot.Spec.Shards,
        ["optimizer"] = snapshot.Spec.Optimizer.Name,
        ["learningRate"] = snapshot.Spec.Optimizer.LearningRate,
        ["weightsDigest"] = snapshot.WeightsDigest(),
        ["initialWeights"] = snapshot.Spec.InitialWeights,
        ["layers"] = JsonLine.Array(snapshot.Spec.Plan().Layers, layer => new JsonObject
        {
            ["name"] = layer.Layer.Name,
            ["type"] = layer.Layer.Type,
            ["outputShape"] = JsonLine.Array<int>(
                layer.Output.IsFlat ? [layer.Output.Channels] : [layer.Output.Height, layer.Output.Width, layer.Output.Channels], size => size),
            ["parameters"] = layer.Weights,
        }),
        ["layerHashes"] = JsonLine.Array(snapshot.LayerHashes, hash => $"{hash:x16}"),
        ["tensors"] = JsonLine.Array(snapshot.Tensors, tensor => new JsonObject
        {
            ["name"] = tensor.Name,
            ["role"] = tensor.Role,
            ["shape"] = JsonLine.Array(tensor.Shape, dimension => dimension),
        }),
        ["weights"] = WeightTable.ToJson(snapshot),
    };
}
