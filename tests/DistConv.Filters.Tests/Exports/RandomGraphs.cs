using System.Text.Json.Nodes;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Tests.Exports;

/// <summary>
/// Random valid graphs over all layer types. A layer is drawn with its settings and with what it reads; where the model refuses it, another is drawn. At the
/// end everything that nobody reads is flattened, concatenated and classified.
/// </summary>
internal sealed class RandomGraphs
{
    private const int Attempts = 400;

    private static readonly string[] _merges = ["add", "multiply", "average", "maximum", "minimum", "subtract", "concatenate"];

    private readonly Random _random;
    private readonly List<JsonObject> _layers = [];
    private readonly int[] _input;
    private ModelPlan _plan;

    private RandomGraphs(int seed)
    {
        _random = new Random(seed);
        _input = [Int(1, 9), Int(1, 9), Int(1, 4)];
        _plan = Plan([])!;
    }

    /// <summary>A graph of some layers.</summary>
    /// <param name="seed">Chooses it.</param>
    /// <param name="layers">How many layers it has before its end.</param>
    public static ModelSpec Draw(int seed, int layers)
    {
        RandomGraphs graph = new(seed);
        for (int attempt = 0; attempt < Attempts && graph._layers.Count < layers; attempt++) graph.TryAdd();
        return graph._plan.Model;
    }

    private int Int(int from, int to) => _random.Next(from, to + 1);

    private bool Coin() => _random.Next(2) == 0;

    private string Padding() => Coin() ? "same" : "valid";

    private JsonArray Pair(int to) => [Int(1, to), Int(1, to)];

    private static JsonArray List<T>(IEnumerable<T> values) => [.. values.Select(value => (JsonNode?)JsonValue.Create(value))];

    private double Number(double from, double to) => Math.Round(from + (_random.NextDouble() * (to - from)), 3);

    private void TryAdd()
    {
        string type = LayerTypes.Names[_random.Next(LayerTypes.Names.Count)];
        string[] sources = [.. _layers.Select(layer => (string)layer["name"]!), "input"];
        string source = Coin() ? sources[Math.Max(0, sources.Length - 2)] : sources[_random.Next(sources.Length)];
        JsonObject layer = new() { ["type"] = type, ["name"] = $"layer{_layers.Count}", ["inputs"] = new JsonArray(source) };
        if (_merges.Contains(type))
        {
            int inputs = type == "subtract" ? 2 : Int(2, 3);
            string[] alike = [.. sources.Where(name => Fits(type, ShapeOf(source), ShapeOf(name)))];
            layer["inputs"] = List(Enumerable.Range(0, inputs).Select(i => i == 0 ? source : alike[_random.Next(alike.Length)]));
        }

        foreach ((string name, JsonNode? value) in Settings(type, ShapeOf(source))) layer[name] = value?.DeepClone();

        // An exponential of an exponential leaves the numbers that a float holds.
        if (type == "exponential" && _layers.Exists(other => (string)other["type"]! == type)) return;
        if (Plan([.. _layers, layer]) is not { } plan) return;
        _plan = plan;
        _layers.Add(layer);
    }

    private static bool Fits(string type, TensorShape one, TensorShape other) => type == "concatenate"
        ? one.IsFlat == other.IsFlat && (one.IsFlat || (one.Height, one.Width) == (other.Height, other.Width))
        : one == other;

    private TensorShape ShapeOf(string name) => name == "input"
        ? new TensorShape(_input[0], _input[1], _input[2])
        : _plan.Layers.Single(layer => layer.Layer.Name == name).Output;

    private JsonObject Settings(string type, TensorShape shape)
    {
        int height = shape.IsFlat ? 1 : shape.Height, width = shape.IsFlat ? 1 : shape.Width, channels = shape.IsFlat ? shape.Size : shape.Channels;
        return type switch
        {
            "conv2d" => Coin()
                ? new()
                {
                    ["filters"] = Int(1, 6),
                    ["kernel"] = Pair(4),
                    ["padding"] = Padding(),
                    ["strides"] = Pair(3),
                    ["useBias"] = Coin(),
                    ["activation"] = Coin() ? "relu" : "linear",
                }
                : new()
                {
                    ["filters"] = channels * Int(1, 2),
                    ["groups"] = Coin() ? channels : 1,
                    ["kernel"] = Pair(3),
                    ["padding"] = Padding(),
                    ["dilation"] = Pair(3),
                },
            "depthwiseconv2d" => new()
            {
                ["kernel"] = Pair(3),
                ["padding"] = Padding(),
                ["strides"] = Pair(2),
                ["depthMultiplier"] = Int(1, 2),
                ["useBias"] = Coin(),
                ["activation"] = Coin() ? "relu" : "linear",
            },
            "separableconv2d" => new()
            {
                ["filters"] = Int(1, 6),
                ["kernel"] = Pair(3),
                ["padding"] = Padding(),
                ["strides"] = Pair(2),
                ["depthMultiplier"] = Int(1, 2),
                ["useBias"] = Coin(),
            },
            "dense" => new() { ["units"] = Int(1, 7), ["useBias"] = Coin(), ["activation"] = Coin() ? "relu" : "linear" },
            "maxpool2d" or "avgpool2d" => new() { ["pool"] = Pair(3), ["strides"] = Pair(3), ["padding"] = Padding() },
            "globalavgpool2d" or "globalmaxpool2d" => new() { ["keepDims"] = Coin() },
            "dropout" or "spatialdropout2d" or "gaussiandropout" or "alphadropout" => new() { ["rate"] = Number(0, 0.9) },
            "activityregularization" => new() { ["l1"] = Number(0, 1), ["l2"] = Number(0, 1) },
            "gaussiannoise" => new() { ["stdDev"] = Number(0, 1) },
            "zeropadding2d" => new() { ["padding"] = new JsonArray(new JsonArray(Int(0, 2), Int(0, 2)), new JsonArray(Int(0, 2), Int(0, 2))) },
            "cropping2d" => new() { ["cropping"] = new JsonArray(new JsonArray(Int(0, 1), Int(0, 1)), new JsonArray(Int(0, 1), Int(0, 1))) },
            "reshape" => new() { ["shape"] = Coin() ? List([-1]) : Coin() ? List([width, -1, channels]) : List([channels, height, width]) },
            "permute" => new() { ["dims"] = List(new[] { 1, 2, 3 }.OrderBy(_ => _random.Next())) },
            "relu" => Coin() ? [] : new() { ["maxValue"] = Number(0.2, 6), ["negativeSlope"] = Number(0, 0.5), ["threshold"] = Number(0, 0.2) },
            "elu" => new() { ["alpha"] = Number(0, 1) },
            "leakyRelu" or "hardSigmoid" => new() { ["slope"] = Number(0, 0.5) },
            "thresholdedRelu" => new() { ["theta"] = Number(0, 1) },
            "gelu" => new() { ["approximate"] = Coin() },
            "prelu" => new() { ["sharedAxes"] = shape.IsFlat || Coin() ? [] : new JsonArray(1, 2) },
            "batchnorm" => new()
            {
                ["scale"] = Coin(),
                ["center"] = Coin(),
                ["epsilon"] = Number(0.001, 0.1),
                ["movingVarianceInitializer"] = new JsonObject { ["name"] = "random_uniform", ["minValue"] = 0.5, ["maxValue"] = 2 },
            },
            "rescaling" => new() { ["scale"] = Number(-1, 1), ["offset"] = Number(-1, 1) },
            "normalization" => new() { ["mean"] = Number(-1, 1), ["variance"] = Number(0.5, 2) },
            "randomrotation" or "randomcontrast" or "randombrightness" => new() { ["factor"] = Number(0, 0.5) },
            "randomtranslation" => new() { ["heightFactor"] = Number(0, 0.5), ["widthFactor"] = Number(0, 0.5) },
            "randomzoom" => new() { ["heightFactor"] = Number(0, 0.5) },
            "randomcrop" or "centercrop" => new() { ["height"] = Int(1, Math.Min(9, height)), ["width"] = Int(1, Math.Min(9, width)) },
            "resizing" => new() { ["height"] = Int(1, 9), ["width"] = Int(1, 9), ["interpolation"] = Coin() ? "bilinear" : "nearest" },
            _ => [], // It has no settings.
        };
    }

    /// <summary>The model that ends behind these layers; null: they do not fit together.</summary>
    private ModelPlan? Plan(IReadOnlyList<JsonObject> layers)
    {
        JsonArray all = [.. layers.Select(layer => layer.DeepClone())];
        HashSet<string> read = [.. layers.SelectMany(layer => layer["inputs"]!.AsArray()).Select(name => (string)name!)];
        string[] ends = [.. layers.Select(layer => (string)layer["name"]!).Where(name => !read.Contains(name))];
        if (ends.Length == 0) ends = ["input"];
        foreach (string end in ends) all.Add(new JsonObject { ["type"] = "flatten", ["name"] = $"flat_{end}", ["inputs"] = new JsonArray(end) });
        if (ends.Length > 1)
            all.Add(new JsonObject { ["type"] = "concatenate", ["name"] = "all", ["inputs"] = List(ends.Select(end => $"flat_{end}")) });
        all.Add(new JsonObject { ["type"] = "dense", ["name"] = "classes", ["units"] = 3, ["activation"] = "softmax" });
        JsonObject model = new() { ["name"] = "random", ["input"] = List(_input), ["layers"] = all };
        try
        {
            ModelPlan plan = ModelSpec.Parse(model.ToJsonString(), "random").Infer();
            return plan.Layers.All(layer => layer.Output.Size <= 2000) ? plan : null;
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }
}
