using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Comparisons;
using DistConv.Filters.Explanations;
using DistConv.Filters.Kernels;
using DistConv.Filters.Layers;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using DistConv.Images.Folders;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Explain;

/// <summary>Writes explanations.</summary>
/// <param name="output">Where to.</param>
/// <param name="json">As JSON instead of text.</param>
internal sealed class ExplainReport(IConsoleOutput output, bool json)
{
    /// <summary>One layer, with a picture of its kernels if it is a convolution.</summary>
    /// <param name="title">What was asked.</param>
    /// <param name="model">The model that it is in.</param>
    /// <param name="plan">The layer.</param>
    /// <param name="file">Where the picture goes; null: the default.</param>
    /// <param name="shapeRule">How an ambiguous shape of the input was understood, or null.</param>
    public void Layer(string title, ExplainedModel model, LayerPlan plan, string? file, string? shapeRule = null)
    {
        LayerExplanation explanation = LayerExplanation.Of(plan);
        List<(string Heading, string Text)> sections = [.. explanation.Sections];
        if (Trained(model, plan) is { } trained) sections.Insert(0, trained);
        string? picture = Draw(model, plan, explanation, file);
        if (json)
        {
            JsonLine.Write(output, new ExplainJson(model).Layer(title, plan, explanation, sections, picture, shapeRule));
            return;
        }

        output.Result(TextWrap.Wrap(title, ExplainText.Width));
        output.Result($"on an input of {Size(plan.Input)}{(plan.Input.IsFlat ? "" : " (height × width × channels)")}");
        if (shapeRule is not null) output.Result(TextWrap.Wrap($"The input's shape {shapeRule}.", ExplainText.Width));
        ExplainText.Write(output, sections);
        if (picture is not null) output.Result($"\nThe {(model.Snapshot is null ? "initial " : "")}kernels are drawn in {picture}");
    }

    /// <summary>A line about each layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="given">How the command line called it, with what makes another command find it.</param>
    public void Model(ExplainedModel model, string given)
    {
        ModelPlan plan = model.Spec.Infer();
        if (json)
        {
            JsonLine.Write(output, new JsonObject
            {
                ["model"] = model.Spec.Name,
                ["step"] = model.Snapshot?.Step,
                ["parameters"] = plan.Parameters,
                ["multiplyAdds"] = plan.MultiplyAddsForward,
                ["layers"] = JsonLine.Array(plan.Layers, new ExplainJson(model).Layer),
            });
            return;
        }

        string input = Size(model.Spec.Input);
        output.Result($"{model.Title}: an input of {input} passes through {model.Spec.Layers.Count} layers with {plan.Parameters:N0} parameters.");
        if (model.Snapshot is { } snapshot)
        {
            output.Result(TextWrap.Wrap(
                $"STD DEV is of the weights at step {snapshot.Step:N0} of {snapshot.Spec.TotalSteps:N0}, trained on {DataTitle.Of(snapshot.Spec.Data)}. "
                + "CHANGED is the norm of what training has added to them, divided by their norm before training.", ExplainText.Width, ""));
        }

        output.Result(model.Snapshot is null ? LayerTable(plan) : TrainedTable(model, plan));
        output.Result($"All about one of them: distconv explain {given} --layer {model.Spec.Layers[0].Name}");
    }

    private static TextTable LayerTable(ModelPlan plan)
    {
        TextTable table = new("LAYER", "OUTPUT", " PARAMETERS", " MULTIPLY-ADDS", "WHAT IT DOES");
        foreach (LayerPlan layer in plan.Layers)
            table.Add(layer.Layer.Name, Size(layer.Output), $"{layer.Weights:N0}", $"{layer.MultiplyAddsForward:N0}", LayerForms.Of(layer.Layer)
                .Summarize(layer));
        return table;
    }

    private static TextTable TrainedTable(ExplainedModel model, ModelPlan plan)
    {
        TextTable table = new("LAYER", "OUTPUT", " PARAMETERS", " STD DEV", " CHANGED", "WHAT IT DOES");
        foreach (LayerPlan layer in plan.Layers)
        {
            TensorStatistics? weights = model.WeightsOf(layer);
            string deviation = weights is null ? "" : $"{weights.StandardDeviation:F3}";
            string changed = weights?.RelativelyMoved is { } moved ? Format.Percent(moved, 0) : "";
            table.Add(layer.Layer.Name, Size(layer.Output), $"{layer.Weights:N0}", deviation, changed, LayerForms.Of(layer.Layer).Summarize(layer));
        }

        return table;
    }

    /// <summary>What the snapshot says about a layer; null without one, and for a layer without weights.</summary>
    private static (string Heading, string Text)? Trained(ExplainedModel model, LayerPlan plan)
    {
        if (model.Snapshot is not { } snapshot || model.WeightsOf(plan) is not { } weights) return null;
        LayerKernels? now = model.Now?.Layers.FirstOrDefault(kernels => kernels.Name == plan.Layer.Name);
        LayerKernels? before = model.Before?.Layers.FirstOrDefault(kernels => kernels.Name == plan.Layer.Name);
        return TrainedText.Of(plan, weights, snapshot, now is not null && before is not null ? (now, before) : null);
    }

    private static string? Draw(ExplainedModel model, LayerPlan plan, LayerExplanation explanation, string? file)
    {
        if (plan.Layer is not IConvolution layer)
            return file is null ? null : throw new InvalidInputException($"--out is for kernels, and a layer of the type {plan.Layer.Type} has none");
        Conv2DSpec conv = layer.AsConvolution(plan.Input);
        if (file is null && Math.Max(conv.Filters, plan.Input.Channels / conv.Groups) > KernelPanel.MaxSide) return null;
        string path = file ?? $"explain-{(model.Source is { } source ? $"{source}-" : "")}{conv.Name}.png";
        (model.Snapshot is { } snapshot ? TrainedKernels(model, snapshot, conv.Name) : InitialKernels(model.Spec, plan, conv, explanation)).Save(path);
        return path;
    }

    private static Figure TrainedKernels(ExplainedModel model, Snapshot snapshot, string layer)
    {
        KernelMoment now = model.Now!.Choose([layer], snapshot.Spec.ModelName);
        KernelMoment[] moments = model.Before is { } before ? [before.Like(now, "the untrained network"), now] : [now];
        string what = moments.Length == 1 ? "kernels" : "kernels before and after training";
        return KernelFigure.Of(KernelTimes.Title(snapshot.Spec, what), KernelTimes.Subtitle(snapshot, model.Source!), moments, new KernelLook());
    }

    private static Figure InitialKernels(ModelSpec model, LayerPlan plan, Conv2DSpec conv, LayerExplanation explanation)
    {
        LayerKernels kernels = LayerKernels.Initial(model, TopicFigure.Seed).Single(layer => layer.Name == conv.Name);
        KernelScale scale = KernelScale.Of([kernels]);
        return new Figure(
            $"{conv.Filters} initial kernels of {conv.KernelH}×{conv.KernelW}"
                + $"{(plan.Input.Channels > conv.Groups ? $"×{plan.Input.Channels / conv.Groups}" : "")}",
            $"{explanation.InitialDistribution}; fan_in {explanation.FanIn}, fan_out {explanation.FanOut}; seed {TopicFigure.Seed}",
            new Column(14, Align.Start, KernelPanel.Of(kernels, scale), scale.Legend()),
            "Each square is one weight. Before training they are random: no kernel has a meaning yet.");
    }

    private static string Size(TensorShape shape) => shape.IsFlat ? $"{shape.Size:N0}" : $"{shape.Height}×{shape.Width}×{shape.Channels}";
}
