using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Filters.Explanations;
using DistConv.Filters.Imports;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Import;

/// <summary><c>distconv import</c>: makes a snapshot of a model that Keras trained.</summary>
internal static class ImportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "import",
            "Make a snapshot of a model that Keras trained, to predict with, to export, or to train on from.",
            "distconv import model.keras --out model.dcs",
            "distconv import model.json --weights model.weights.h5 --out model.dcs",
            "distconv import model.h5 --out model.dcs --json");
        Argument<string> file = new("FILE") { Description = "The model: .json, or with its weights .keras or .h5." };
        Option<string?> weights = CommonOptions.Text("--weights", "FILE", "Its weights: .h5, .keras, .safetensors or .npz [default: those in FILE].");
        Option<string?> output = CommonOptions.Text("--out", "FILE", $"The snapshot to write, a new file that ends in {SnapshotFile.Ending}.");
        Option<string?> input = CommonOptions.Text("--input", "HxWxC", "The size of pictures, where the model leaves it open.");
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[weights, output, input, json]) command.Add(option);
        command.Add(file);
        command.SetAction(parsed =>
        {
            string path = OutputOf(parsed.GetValue(output));
            TensorShape? shape = parsed.GetValue(input) is { } size ? ShapeOf(size) : null;
            KerasImport import = KerasImport.Read(parsed.GetRequiredValue(file), parsed.GetValue(weights), shape);
            Write(path, import, context.Time.GetUtcNow());
            Report(path, import, parsed.GetValue(json), context.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string OutputOf(string? path)
    {
        if (path is null || !path.EndsWith(SnapshotFile.Ending, StringComparison.Ordinal))
            throw new InvalidInputException($"name the file to write, such as --out model{SnapshotFile.Ending}");
        return File.Exists(path) ? throw new InvalidInputException($"'{path}' exists; snapshots are never replaced: name another file") : path;
    }

    private static TensorShape ShapeOf(string text) => KerasCall.ParseShape(text) is [int height, int width, int channels]
        ? new TensorShape(height, width, channels)
        : throw new InvalidInputException($"--input is '{text}'; give height, width and channels, for example 224x224x3");

    private static void Write(string path, KerasImport import, DateTimeOffset now)
    {
        try
        {
            SnapshotFile.Write(path, import.ToSnapshot(now));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be written: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static void Report(string path, KerasImport import, bool json, IConsoleOutput output)
    {
        string digest = Snapshot.DigestOf(import.Weights);
        if (json)
        {
            JsonLine.Write(output, new JsonObject
            {
                ["file"] = path,
                ["model"] = import.Plan.Model.Name,
                ["format"] = import.Reading.Format,
                ["parameters"] = import.Weights.Length,
                ["weightsDigest"] = digest,
                ["ignored"] = JsonLine.Array(import.Reading.Ignored, text => text),
                ["decided"] = JsonLine.Array(import.Reading.Decided, text => text),
            });
            return;
        }

        output.Result($"{path}: {import.Plan.Model.Name}, {import.Reading.Format}, {Format.Plural(import.Weights.Length, "parameter")}, weights {digest}");
        if (import.Reading.Ignored.Count > 0) output.Result($"no effect:  {string.Join(", ", import.Reading.Ignored)}");
        foreach (string rule in import.Reading.Decided) output.Result($"decided:    {rule}");
    }
}
