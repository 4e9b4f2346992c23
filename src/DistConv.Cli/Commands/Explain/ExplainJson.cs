using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Core.Layers;
using DistConv.Core.Shapes;
using DistConv.Filters.Layers;

namespace DistConv.Cli.Commands.Explain;

/// <summary>Explanations of layers for programs.</summary>
/// <param name="model">The model that the layers belong to.</param>
internal sealed class ExplainJson(ExplainedModel model)
{
    /// <summary>A layer without a picture.</summary>
    public JsonObject Layer(LayerPlan plan)
    {
        LayerExplanation explanation = LayerExplanation.Of(plan);
        return Layer(plan.Layer.Name, plan, explanation, explanation.Sections, null, null);
    }

    /// <summary>A layer.</summary>
    /// <param name="title">What was asked.</param>
    /// <param name="plan">The layer.</param>
    /// <param name="explanation">Its numbers.</param>
    /// <param name="sections">Its text.</param>
    /// <param name="picture">The file of its picture, or null.</param>
    /// <param name="shapeRule">How an ambiguous shape of the input was understood, or null.</param>
    public JsonObject Layer(
        string title, LayerPlan plan, LayerExplanation explanation, IReadOnlyList<(string Heading, string Text)> sections, string? picture, string? shapeRule)
    {
        return new JsonObject
        {
            ["asked"] = title,
            ["name"] = plan.Layer.Name,
            ["type"] = plan.Layer.Type,
            ["input"] = Dimensions(plan.Input),
            ["output"] = Dimensions(plan.Output),
            ["formula"] = explanation.Formula,
            ["weights"] = plan.KernelParameters,
            ["biases"] = plan.BiasParameters,
            ["parameters"] = plan.Weights,
            ["initialDistribution"] = explanation.InitialDistribution,
            ["fanIn"] = explanation.FanIn > 0 ? explanation.FanIn : null,
            ["fanOut"] = explanation.FanOut > 0 ? explanation.FanOut : null,
            ["multiplyAdds"] = plan.MultiplyAddsForward,
            ["multiplyAddsTraining"] = plan.MultiplyAddsForward * (plan.NeedsInputGradient ? 3 : 2),
            ["shapeRule"] = shapeRule,
            ["trained"] = Weights(plan),
            ["picture"] = picture is null ? null : Path.GetFullPath(picture),
            ["text"] = ExplainText.ToJson(sections),
        };
    }

    private JsonObject? Weights(LayerPlan plan) => model.WeightsOf(plan) is not { } weights ? null : new JsonObject
    {
        ["step"] = model.Snapshot!.Step,
        ["mean"] = JsonLine.Number(weights.Mean),
        ["standardDeviation"] = JsonLine.Number(weights.StandardDeviation),
        ["min"] = JsonLine.Number(weights.Min),
        ["max"] = JsonLine.Number(weights.Max),
        ["changed"] = JsonLine.Number(weights.RelativelyMoved),
    };

    private static JsonArray Dimensions(TensorShape shape) => shape.IsFlat ? [shape.Size] : [shape.Height, shape.Width, shape.Channels];
}
