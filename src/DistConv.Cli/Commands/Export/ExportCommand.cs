using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Filters.Exports;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Export;

/// <summary><c>distconv export</c>: writes a trained network for other programs.</summary>
internal static class ExportCommand
{
    /// <summary>What <c>--layout</c> can be.</summary>
    public static readonly string[] Layouts = ["keras", "pytorch"];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "export",
            "Write a trained network for other programs: onnx runs anywhere; safetensors, npz and keras-h5 hold the weights.",
            "distconv export JOB --out model.onnx",
            "distconv export FILE.dcs --out model.safetensors --layout pytorch",
            "distconv export JOB --out model.weights.h5 --json");
        Argument<string> target = new("SNAPSHOT|JOB") { Description = SnapshotTarget.ModelDescription };
        Option<string?> output = CommonOptions.Text("--out", "FILE", "The file to write; one that exists is replaced.");
        Option<string?> format = CommonOptions.Text("--format", "NAME", $"{string.Join(", ", NetworkExport.Names)} [default: by the file's ending].");
        Option<string?> layout = CommonOptions.Text(
            "--layout", "NAME", "safetensors: keras (HWIO, [in, out], conv1/kernel) or pytorch (OIHW, [out, in], conv1.weight) [default: keras].");
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[output, format, layout, store, json]) command.Add(option);
        command.Add(target);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(output) ?? throw new InvalidInputException("name the file to write, such as --out model.onnx");
            ExportFormat chosen = NetworkExport.FormatOf(parsed.GetValue(format), path);
            WeightLayout order = Layout(parsed.GetValue(layout));
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            (string source, Snapshot snapshot) = found.ReadModel(context.Output);
            NetworkExport.Write(snapshot, source, chosen, order, path);
            Report(source, snapshot, path, NetworkExport.NameOf(chosen), parsed.GetValue(json), context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static WeightLayout Layout(string? name) => name switch
    {
        null or "keras" => WeightLayout.Keras,
        "pytorch" => WeightLayout.PyTorch,
        _ => throw new InvalidInputException($"--layout is '{name}'; choose {string.Join(" or ", Layouts)}"),
    };

    private static void Report(string source, Snapshot snapshot, string path, string format, bool json, IConsoleOutput output)
    {
        long bytes = new FileInfo(path).Length;
        if (!json)
        {
            output.Result($"{path}: {format}, {Format.Bytes(bytes)}, {snapshot.Spec.ModelName} at step {snapshot.Step:N0}, weights {snapshot.WeightsDigest()}");
            return;
        }

        JsonLine.Write(output, new JsonObject
        {
            ["file"] = path,
            ["format"] = format,
            ["bytes"] = bytes,
            ["snapshot"] = source,
            ["model"] = snapshot.Spec.ModelName,
            ["step"] = snapshot.Step,
            ["weightsDigest"] = snapshot.WeightsDigest(),
        });
    }
}
