using System.CommandLine;
using System.Text.RegularExpressions;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Reading;
using DistConv.Filters.Explanations;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Explain;

/// <summary><c>distconv explain</c>: what a layer computes, what a word means, what training has made of a layer.</summary>
internal static partial class ExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "explain",
            "Explain a layer, a model, a job's trained layers, or a term: in words, formulas and pictures. Without an argument: list the topics.",
            "distconv explain \"what are the default filters of Keras Convolution2D?\"",
            "distconv explain padding",
            "distconv explain \"Convolution2D(32,3,3,border_mode='valid')\" --input 5,5,1",
            "distconv explain keras1-mnist-cnn --layer conv2 --out conv2.png",
            "distconv explain JOB --layer conv1");
        Argument<string[]> what = new("QUESTION|LAYER|MODEL|JOB")
        {
            Description = "A word or a question; a layer as a line of Keras 1, 2 or 3; a built-in model or a .json file; a snapshot file, a job or JOB@STEP.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> input = CommonOptions.Text(
            "--input", "H,W,C", "The input of a layer: height, width, channels; or one number for a dense layer. 3,H,W and 1,H,W are read as channels first.");
        Option<string?> layer = CommonOptions.Text("--layer", "NAME", "The layer of the model [default: a line about each].");
        Option<string?> output = CommonOptions.Text(
            "--out", "FILE", "Where the picture goes [default for kernels: explain-NAME.png; for a topic: no picture].");
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[input, layer, output, store, json]) command.Add(option);
        command.Add(what);
        command.SetAction(parsed =>
        {
            string asked = string.Join(' ', parsed.GetValue(what) ?? []).Trim();
            Request request = new(asked, parsed.GetValue(input), parsed.GetValue(layer), parsed.GetValue(output), parsed.GetValue(json));
            Run(request, StoreOptions.Read(parsed, store, context), context);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Run(Request request, StoreOptions store, CliContext context)
    {
        if (Call().IsMatch(request.What))
        {
            ExplainCall(request, context);
            return;
        }

        if (request.Input is not null) throw new InvalidInputException("--input is for a layer such as \"Conv2D(32, (3, 3))\"; a model says its input itself");
        TopicReport topics = new(context.Output, request.Json);
        if (ModelOf(request.What, store, context) is { } model) ExplainModel(request, model, context);
        else if (request.Layer is not null)
            throw new InvalidInputException($"--layer chooses a layer of a model, and {MessageText.Quote(request.What)} is not a model or a job");
        else if (request.What.Length == 0) topics.List();
        else if (Topic.Find(request.What) is { } topic) topics.Show(request.What, topic, request.Out);
        else throw Unknown(request.What, store, context);
    }

    private static void ExplainCall(Request request, CliContext context)
    {
        if (request.Layer is not null) throw new InvalidInputException("--layer chooses a layer of a model, and this is a layer by itself: leave it out");
        LayerOfModel single = KerasCall.Read(request.What, request.Input is { } size ? KerasCall.ParseShape(size) : null);
        new ExplainReport(context.Output, request.Json).Layer(request.What, new ExplainedModel(single.Model), single.Layer, request.Out, single.ShapeRule);
    }

    private static void ExplainModel(Request request, ExplainedModel model, CliContext context)
    {
        ExplainReport report = new(context.Output, request.Json);
        if (request.Layer is { } name)
        {
            LayerPlan plan = LayerNames.Choose(model.Spec.Name, "layer", model.Spec.Infer().Layers, plan => plan.Layer.Name, [name])[0];
            report.Layer($"{model.Title}, layer {plan.Layer.Name}", model, plan, request.Out);
        }
        else if (request.Out is not null)
        {
            throw new InvalidInputException("--out is for the picture of one layer: choose it by --layer");
        }
        else
        {
            report.Model(model, Format.ShellWord(request.What) + model.StoreArgument);
        }
    }

    /// <summary>What a name stands for, or null if it is neither a model nor a job.</summary>
    private static ExplainedModel? ModelOf(string name, StoreOptions store, CliContext context)
    {
        if (BuiltInModels.Find(name) is { } builtIn) return new ExplainedModel(builtIn);
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return new ExplainedModel(ModelSpec.Load(name));
        bool isFile = name.EndsWith(SnapshotFile.Ending, StringComparison.OrdinalIgnoreCase);
        bool isStored = isFile || store.Open(context).TryOpen()?.List().Contains(name.Split('@')[0]) == true;
        return isStored ? ExplainedModel.Trained(SnapshotTarget.Find(name, store, context), store, context.Output) : null;
    }

    private static InvalidInputException Unknown(string what, StoreOptions store, CliContext context)
    {
        IEnumerable<string> others = [.. BuiltInModels.All.Select(model => model.Name), .. store.Open(context).TryOpen()?.List() ?? []];
        string topics = string.Join(", ", Topic.All.Select(topic => topic.Name));
        return new InvalidInputException(
            $"{MessageText.Quote(what)} is not a topic, a layer, a model or a job (the topics are {topics}){Topic.DidYouMean(what, others)}");
    }

    /// <summary>A call such as "Conv2D(", as a line of its own or behind "model.add(".</summary>
    [GeneratedRegex(@"^\s*[\w.]+\s*\(")]
    private static partial Regex Call();

    private sealed record Request(string What, string? Input, string? Layer, string? Out, bool Json);
}
