using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Filters.Descriptions;

namespace DistConv.Cli.Commands.Filters;

/// <summary>Filters in numbers, for programs. Shares and cosines have no unit, angles are in degrees, frequencies in cycles a pixel.</summary>
internal static class DescriptionJson
{
    /// <summary>A layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="dead">Its dead filters; null if that was not looked at.</param>
    public static JsonObject Of(LayerDescription layer, IReadOnlyList<int>? dead) => new()
    {
        ["name"] = layer.Name,
        ["kernel"] = JsonLine.Array([layer.Kernels.Shape.KH, layer.Kernels.Shape.KW, layer.Kernels.Shape.InC, layer.Kernels.Shape.OutC], size => size),
        ["initialDistribution"] = layer.InitialDistribution,
        ["fanIn"] = layer.Kernels.Shape.FanIn,
        ["fanOut"] = layer.Kernels.Shape.FanOut,
        ["level"] = ChanceLevel.Level,
        ["chanceDraws"] = layer.Chance.Draws,
        ["chanceDistribution"] = layer.Chance.Distribution,
        ["structured"] = layer.Structured,
        ["structuredBefore"] = layer.StructuredBefore,
        ["planes"] = layer.Planes,
        ["structuredPlanes"] = layer.StructuredPlanes,
        ["structuredPlanesBefore"] = layer.StructuredPlanesBefore,
        ["kinds"] = Kinds(layer.Kinds()),
        ["kindsBefore"] = Kinds(layer.Kinds(before: true)),
        ["dead"] = dead is null ? null : JsonLine.Array(dead, filter => filter),
        ["nearDuplicates"] = JsonLine.Array(
            layer.NearDuplicates, pair => new JsonObject { ["first"] = pair.First, ["second"] = pair.Second, ["cosine"] = JsonLine.Number(pair.Cosine) }),
        ["basis"] = layer.Basis.Name,
        ["basisVectors"] = JsonLine.Array(
            layer.Basis.Vectors, vector =>
                new JsonObject { ["name"] = vector.Name, ["values"] = JsonLine.Array(vector.Values, value => JsonLine.Number(value)) }),
        ["filters"] = JsonLine.Array(layer.Filters, filter => Of(filter, layer.Basis)),
    };

    private static JsonObject Of(FilterDescription filter, PlaneBasis basis)
    {
        JsonObject now = Of(filter.Now, basis);
        JsonObject value = new() { ["index"] = filter.Index };
        foreach ((string name, JsonNode? node) in now.ToArray())
        {
            now.Remove(name);
            value[name] = node;
        }

        value["filterNorm"] = JsonLine.Number(filter.Norm);
        value["filterMean"] = JsonLine.Number(filter.Mean);
        value["patternShare"] = JsonLine.Number(filter.PlaneShare);
        value["channelWeights"] = JsonLine.Array(filter.ChannelWeights, weight => JsonLine.Number(weight));
        value["structuredPlanes"] = filter.StructuredPlanes;
        value["moved"] = JsonLine.Number(filter.Moved);
        value["cosineToBefore"] = JsonLine.Number(filter.CosineToBefore);
        value["before"] = Of(filter.Before, basis);
        return value;
    }

    private static JsonObject Of(PlaneDescription plane, PlaneBasis basis) => new()
    {
        ["label"] = plane.Label,
        ["kind"] = Camel(plane.Kind),
        ["polarity"] = plane.Polarity,
        ["structured"] = plane.IsStructured,
        ["confidence"] = JsonLine.Number(plane.Confidence),
        ["pValue"] = JsonLine.Number(plane.PValue),
        ["family"] = plane.Family,
        ["share"] = JsonLine.Number(plane.Share),
        ["orientationDegrees"] = JsonLine.Number(plane.OrientationDegrees),
        ["bestMatch"] = plane.Match,
        ["cosine"] = JsonLine.Number(plane.Cosine),
        ["mean"] = JsonLine.Number(plane.Mean),
        ["norm"] = JsonLine.Number(plane.Norm),
        ["basisShares"] = Shares(plane, basis),
        ["pass"] = plane.Frequency.Pass,
        ["dominantCyclesPerPixel"] = JsonLine.Number(plane.Frequency.Dominant),
        ["dominantX"] = JsonLine.Number(plane.Frequency.DominantX),
        ["dominantY"] = JsonLine.Number(plane.Frequency.DominantY),
        ["largestGain"] = JsonLine.Number(plane.Frequency.Largest),
        ["gainAtZero"] = JsonLine.Number(plane.Frequency.AtZero),
        ["evenUnderTurn"] = JsonLine.Number(plane.Symmetry.EvenUnderTurn),
        ["evenLeftRight"] = JsonLine.Number(plane.Symmetry.EvenLeftRight),
        ["evenUpDown"] = JsonLine.Number(plane.Symmetry.EvenUpDown),
        ["separableShare"] = JsonLine.Number(plane.SeparableShare),
    };

    private static JsonObject Shares(PlaneDescription plane, PlaneBasis basis)
    {
        JsonObject shares = [];
        foreach ((BasisVector vector, double share) in basis.Vectors.Zip(plane.BasisShares)) shares[vector.Name] = JsonLine.Number(share);
        return shares;
    }

    private static JsonObject Kinds(IEnumerable<(FilterKind Kind, int Count)> kinds)
    {
        JsonObject counts = [];
        foreach ((FilterKind kind, int count) in kinds) counts[Camel(kind)] = count;
        return counts;
    }

    private static string Camel(FilterKind kind) => char.ToLowerInvariant($"{kind}"[0]) + $"{kind}"[1..];
}
