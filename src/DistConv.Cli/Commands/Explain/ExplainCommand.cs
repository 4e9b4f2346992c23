using System.CommandLine;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Options;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Explanations;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Explain;

/// <summary><c>distconv explain</c>: what a layer computes, in words and with its numbers.</summary>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "explain",
            "Explain what a layer computes: formula, output size, parameters, initial weights, cost. A convolution's initial kernels are drawn, too.",
            "distconv explain \"Convolution2D(32,3,3,border_mode='valid')\" --input 5,5,1",
            "distconv explain \"Conv2D(32,(3,3),padding='same')\" --input 28,28,1",
            "distconv explain keras1-mnist-cnn",
            "distconv explain keras1-mnist-cnn --layer conv2 --out conv2.png");
        Argument<string> what = new("LAYER|MODEL|JOB") { Description = "A layer as a line of Keras 1, 2 or 3; or a built-in model, a .json file, a snapshot file or a job." };
        Option<string?> input = CommonOptions.Text("--input", "H,W,C", "The input of that line's layer: height, width, channels; or one number for a dense layer.");
        Option<string?> layer = CommonOptions.Text("--layer", "NAME", "The layer of the model [default: a line about each].");
        Option<string?> output = CommonOptions.Text("--out", "FILE", "Where the picture of a convolution's kernels goes [default: explain-NAME.png].");
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[input, layer, output, store, json]) command.Add(option);
        command.Add(what);
        command.SetAction(parsed =>
        {
            string given = parsed.GetRequiredValue(what), name = parsed.GetValue(layer) ?? "";
            string? size = parsed.GetValue(input), file = parsed.GetValue(output);
            ExplainReport report = new(context.Output, parsed.GetValue(json));
            if (given.Contains('(', StringComparison.Ordinal))
            {
                if (name.Length > 0) throw new InvalidInputException("--layer chooses a layer of a model, and this is a layer by itself: leave it out");
                (ModelSpec single, LayerPlan plan) = KerasCall.Read(given, size is null ? null : KerasCall.ParseShape(size));
                report.Layer(given.Trim(), single, plan, file);
                return ExitCodes.Done;
            }

            if (size is not null) throw new InvalidInputException("--input is for a layer such as \"Conv2D(32, (3, 3))\"; a model says its input itself");
            ModelSpec model = Model(given, StoreOptions.Read(parsed, store, context), context);
            if (name.Length > 0) report.Layer($"{model.Name}, layer {name}", model, Find(model, name), file);
            else if (file is not null) throw new InvalidInputException("--out is for the picture of one layer: choose it by --layer");
            else report.Model(model, given);
            return ExitCodes.Done;
        });
        return command;
    }

    private static ModelSpec Model(string given, StoreOptions store, CliContext context)
    {
        bool isModel = BuiltInModels.Find(given) is not null || given.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        bool isStored = !isModel && (given.EndsWith(SnapshotFile.Ending, StringComparison.OrdinalIgnoreCase) || store.TryOpen(context.Time)?.List().Contains(given) == true);
        return isStored ? SnapshotTarget.Find(given, store, context).Read(context.Output).Snapshot.Spec.ReadModel() : ModelSpec.Load(given);
    }

    private static LayerPlan Find(ModelSpec model, string name) =>
        LayerNames.Choose(model.Name, "layer", model.Infer().Layers, plan => plan.Layer.Name, [name])[0];
}
