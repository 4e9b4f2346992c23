using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Explanations;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;

namespace DistConv.Cli.Commands.Explain;

/// <summary>Writes explanations.</summary>
/// <param name="output">Where to.</param>
/// <param name="json">As JSON instead of text.</param>
internal sealed class ExplainReport(IConsoleOutput output, bool json)
{
    private const int Width = 80;

    /// <summary>Key of the kernels that are drawn: train's default, so that these are the ones that it begins with.</summary>
    private const ulong Seed = 1;

    /// <summary>One layer, with a picture of its kernels if it is a convolution.</summary>
    /// <param name="title">What was asked.</param>
    /// <param name="model">The model that it is in.</param>
    /// <param name="plan">The layer.</param>
    /// <param name="file">Where the picture goes; null: the default.</param>
    public void Layer(string title, ModelSpec model, LayerPlan plan, string? file)
    {
        LayerExplanation explanation = LayerExplanation.Of(plan);
        string? picture = Draw(model, plan, explanation, file);
        if (json)
        {
            JsonLine.Write(output, ToJson(title, plan, explanation, picture));
            return;
        }

        output.Result(TextWrap.Wrap(title, Width));
        output.Result($"on an input of {Size(plan.Input)}{(plan.Input.IsFlat ? "" : " (height × width × channels)")}");
        foreach ((string heading, string text) in explanation.Sections)
        {
            output.Result($"\n{heading}");
            output.Result(TextWrap.Wrap(string.Join('\n', text.Split('\n').Select(line => line.Length > 0 ? $"  {line}" : line)), Width, moreIndent: ""));
        }

        if (picture is not null) output.Result($"\nThe initial kernels are drawn in {picture}");
    }

    /// <summary>A line about each layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="given">How the command line called it.</param>
    public void Model(ModelSpec model, string given)
    {
        ModelPlan plan = model.Infer();
        if (json)
        {
            JsonLine.Write(output, new JsonObject
            {
                ["model"] = model.Name,
                ["parameters"] = plan.Parameters,
                ["multiplyAdds"] = plan.MultiplyAddsForward,
                ["layers"] = JsonLine.Array(plan.Layers, layer => ToJson(layer.Layer.Name, layer, LayerExplanation.Of(layer), null)),
            });
            return;
        }

        output.Result($"{model.Name}: an input of {Size(model.Input)} passes through {model.Layers.Count} layers, {plan.Parameters:N0} numbers to be learned.");
        TextTable table = new("LAYER", "OUTPUT", " PARAMETERS", " MULTIPLY-ADDS", "WHAT IT DOES");
        foreach (LayerPlan layer in plan.Layers) table.Add(layer.Layer.Name, Size(layer.Output), $"{layer.Parameters:N0}", $"{layer.MultiplyAddsForward:N0}", What(layer));
        output.Result(table);
        output.Result($"All about one of them: distconv explain {Format.ShellWord(given)} --layer {model.Layers[0].Name}");
    }

    private static string? Draw(ModelSpec model, LayerPlan plan, LayerExplanation explanation, string? file)
    {
        if (plan.Layer is not Conv2DSpec conv)
            return file is null ? null : throw new InvalidInputException($"--out is for kernels, and a layer of the type {plan.Layer.Type} has none");
        if (file is null && Math.Max(conv.Filters, plan.Input.Channels) > KernelPanel.MaxSide) return null;
        LayerKernels kernels = LayerKernels.Initial(model, Seed).Single(layer => layer.Name == conv.Name);
        KernelScale scale = KernelScale.Of([kernels]);
        string path = file ?? $"explain-{conv.Name}.png";
        new Figure(
            $"{conv.Filters} initial kernels of {conv.KernelH}×{conv.KernelW}{(plan.Input.Channels > 1 ? $"×{plan.Input.Channels}" : "")}",
            $"{explanation.InitialDistribution}; fanIn {explanation.FanIn}, fanOut {explanation.FanOut}; seed {Seed}",
            new Column(14, Align.Start, KernelPanel.Of(kernels, scale), scale.Legend()),
            "Each square is one weight. Before training they are random: no kernel has a meaning yet.").Save(path);
        return path;
    }

    private static string What(LayerPlan plan) => plan.Layer switch
    {
        Conv2DSpec conv => $"{conv.Filters} filters of {conv.KernelH}×{conv.KernelW}{(plan.Input.Channels > 1 ? $"×{plan.Input.Channels}" : "")}{Then(conv.Activation)}",
        DenseSpec dense => $"{dense.Units} weighted sums of all inputs{Then(dense.Activation)}",
        MaxPool2DSpec pool => $"largest of each {pool.PoolH}×{pool.PoolW} values",
        AvgPool2DSpec pool => $"mean of each {pool.PoolH}×{pool.PoolW} values",
        GlobalAvgPool2DSpec => "mean of each channel",
        FlattenSpec => "a list of all values",
        ReluSpec => "negative values become 0",
        SoftmaxSpec => "probabilities of the classes",
        DropoutSpec dropout => $"in training, {Format.Percent(dropout.Rate, 0)} of the values become 0",
        _ => plan.Layer.Type,
    };

    private static string Then(Activation activation) => activation == Activation.Linear ? "" : $", then {activation.ToString().ToLowerInvariant()}";

    private static string Size(TensorShape shape) => shape.IsFlat ? $"{shape.Size:N0}" : $"{shape.Height}×{shape.Width}×{shape.Channels}";

    private static JsonObject ToJson(string title, LayerPlan plan, LayerExplanation explanation, string? picture) => new()
    {
        ["asked"] = title,
        ["name"] = plan.Layer.Name,
        ["type"] = plan.Layer.Type,
        ["input"] = Dimensions(plan.Input),
        ["output"] = Dimensions(plan.Output),
        ["formula"] = explanation.Formula,
        ["weights"] = plan.KernelParameters,
        ["biases"] = plan.BiasParameters,
        ["parameters"] = plan.Parameters,
        ["initialDistribution"] = explanation.InitialDistribution,
        ["fanIn"] = explanation.FanIn > 0 ? explanation.FanIn : null,
        ["fanOut"] = explanation.FanOut > 0 ? explanation.FanOut : null,
        ["multiplyAdds"] = plan.MultiplyAddsForward,
        ["multiplyAddsTraining"] = plan.MultiplyAddsForward * (plan.NeedsInputGradient ? 3 : 2),
        ["picture"] = picture is null ? null : Path.GetFullPath(picture),
        ["text"] = JsonLine.Array(explanation.Sections, section => new JsonObject { ["heading"] = section.Heading, ["text"] = section.Text }),
    };

    private static JsonArray Dimensions(TensorShape shape) => shape.IsFlat ? [shape.Size] : [shape.Height, shape.Width, shape.Channels];
}
