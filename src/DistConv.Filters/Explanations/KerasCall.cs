using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;
using DistConv.Filters.Layers;

namespace DistConv.Filters.Explanations;

/// <summary>A layer of a model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Layer">Which of its layers is meant.</param>
public sealed record LayerOfModel(ModelSpec Model, LayerPlan Layer)
{
    /// <summary>How an ambiguous input shape was understood, or null: see <see cref="KerasShape"/>.</summary>
    public string? ShapeRule { get; init; }
}

/// <summary>A layer as a line of Keras in Python, made into a model that can be read: the layer on its input, and what a model needs besides.</summary>
public static partial class KerasCall
{
    private const string Wanted =
        "the input shape is missing: give height, width and channels, for example 28,28,1, or add input_shape=(28, 28, 1) to the call";

    /// <summary>The names of positional arguments, by the call's name.</summary>
    private static readonly Dictionary<string, IReadOnlyList<string>> _positional = LayerForms.All.SelectMany(form => form.Calls)
        .Append(new KeyValuePair<string, IReadOnlyList<string>>("Activation", ["activation"])).ToDictionary(StringComparer.Ordinal);

    /// <summary>Reads a layer.</summary>
    /// <param name="text">The call.</param>
    /// <param name="input">Three numbers in an order that <see cref="KerasShape"/> decides, or one; null: as the call's input_shape says.</param>
    /// <returns>A model, and which of its layers was meant.</returns>
    /// <exception cref="InvalidInputException">The text is no call, not a layer of Keras's, or does not fit its input.</exception>
    public static LayerOfModel Read(string text, IReadOnlyList<int>? input)
    {
        PythonCall call = PythonCall.Parse(text);
        JsonObject layer = new() { ["type"] = call.Name };
        foreach ((int position, PythonArgument argument) in call.Arguments.Index())
        {
            string name = argument.Name ?? NameOf(call, position, argument);
            if (layer.ContainsKey(name))
                throw new InvalidInputException($"the layer, column {argument.Column}: {name} is given twice, by its place and by its name");
            layer[name] = argument.Value?.DeepClone();
        }

        IReadOnlyList<int> given = input ?? Given(layer) ?? throw new InvalidInputException(Wanted);
        (IReadOnlyList<int> sizes, string? rule) = Ordered(given, layer);
        (JsonArray layers, int place) = Surround(layer, sizes);
        ModelSpec model = Parse(new JsonObject { ["name"] = "layer", ["input"] = Shape(sizes), ["layers"] = layers }, call);
        IReadOnlyList<LayerPlan> plans = model.Infer().Layers;
        return plans.Count >= layers.Count // More: an activation has become a layer of its own, behind the layer that is meant.
            ? new LayerOfModel(model, plans[place]) { ShapeRule = rule }
            : throw new InvalidInputException("the layer changes nothing: a linear activation gives what it gets");
    }

    /// <summary>Height, width and channels, in the order that the layer states or that the numbers suggest.</summary>
    private static (IReadOnlyList<int> Sizes, string? Rule) Ordered(IReadOnlyList<int> given, JsonObject layer)
    {
        if (given is not [var first, var second, var third]) return (given, null);
        ChannelOrder? stated = KerasShape.OrderOf(Text(layer["data_format"])) ?? KerasShape.OrderOf(Text(layer["dim_ordering"]));
        (TensorShape shape, string? rule) = KerasShape.Read(first, second, third, stated);
        return ([shape.Height, shape.Width, shape.Channels], rule);
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A shape as a person writes it: "28,28,1", "28x28x1", "28,28" (one channel) or "784" (a vector).</summary>
    /// <param name="text">The text.</param>
    /// <returns>Three numbers, or one.</returns>
    /// <exception cref="InvalidInputException">It is no shape.</exception>
    public static IReadOnlyList<int> ParseShape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Trim('(', ')', '[', ']', ' ').Split([',', 'x', '×'], StringSplitOptions.TrimEntries);
        int[] sizes = [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0 ? size : -1)];
        if (sizes.Contains(-1) || sizes.Length > 3)
        {
            throw new InvalidInputException(
                $"the input shape '{MessageText.Short(text)}' is not understood: give height, width and channels, for example 28,28,1");
        }

        return sizes.Length == 2 ? [.. sizes, 1] : sizes;
    }

    /// <summary>What a model needs around a layer: a flat input before a dense one, and classes at the end.</summary>
    private static (JsonArray Layers, int Place) Surround(JsonObject layer, IReadOnlyList<int> sizes)
    {
        string type = layer["type"]!.GetValue<string>();
        JsonObject flatten = new() { ["type"] = "flatten" };
        if (type is "Softmax" or "softmax" || (type is "Activation" or "activation" && IsSoftmax(layer)))
        {
            layer["type"] = "softmax"; // Keras's names would make it a part of the dense layer, which is only there since a model has to learn something.
            layer.Remove("activation");
            return ([flatten, new JsonObject { ["type"] = "dense", ["units"] = sizes.Aggregate((a, b) => a * b) }, layer], 2);
        }

        JsonArray layers = type is "Dense" or "dense" ? [flatten, layer] : [layer];
        int place = layers.Count - 1;
        if (type is "Dense" or "dense" && IsSoftmax(layer)) return (layers, place);
        layers.Add(new JsonObject { ["type"] = "flatten" });
        layers.Add(new JsonObject { ["type"] = "dense", ["units"] = 2, ["activation"] = "softmax" });
        return (layers, place);
    }

    /// <summary>Reads it as a model's file is read; what a message says of a file's layer is said of the line.</summary>
    private static ModelSpec Parse(JsonObject model, PythonCall call)
    {
        const string Source = "the layer";
        try
        {
            return ModelSpec.Parse(model.ToJsonString(), Source);
        }
        catch (InvalidInputException e)
        {
            Match known = LayerOfAFile().Match(e.Message);
            string reason = e.Message[known.Length..];
            PythonArgument? argument = call.Arguments.FirstOrDefault(
                argument => argument.Name is { } keyword
                    && (reason.Contains($"'{keyword}'", StringComparison.Ordinal) || reason.StartsWith($"{keyword} ", StringComparison.Ordinal)));
            string place = argument is null ? "" : $", column {argument.Column}";
            throw new InvalidInputException($"{(known.Groups["type"].Success ? call.Name : Source)}{place}: {reason}", e);
        }
    }

    /// <summary>"the layer: layer 2 'dense1' (Dense): ", or as much of it as is known.</summary>
    [GeneratedRegex(@"^the layer: (layer \d+( '[^']*')?( \((?<type>[^)]*)\))?: )?")]
    private static partial Regex LayerOfAFile();

    private static string NameOf(PythonCall call, int place, PythonArgument argument)
    {
        IReadOnlyList<string> names = _positional.GetValueOrDefault(call.Name, []);
        bool isOldName = call.Name == "Convolution2D" && place >= 1 && call.Arguments[1] is { Name: null, Value: JsonArray }; // Of Keras 2's layer.
        if (isOldName) names = _positional["Conv2D"];
        if (place < names.Count) return names[place];
        if (!IsLayer(call.Name)) return $"argument {place + 1}"; // The layer itself is unknown, which the reader of models says best.
        string takes = names.Count == 0 ? "no argument without a name" : $"at most {names.Count} arguments without names ({string.Join(", ", names)})";
        throw new InvalidInputException($"the layer, column {argument.Column}: {call.Name} takes {takes}; name this one");
    }

    private static bool IsLayer(string name) => _positional.ContainsKey(name);

    private static bool IsSoftmax(JsonObject layer) => Text(layer["activation"]) == "softmax";

    private static JsonArray Shape(IReadOnlyList<int> sizes) => sizes.Count == 1 ? [1, 1, sizes[0]] : [.. sizes.Select(size => JsonValue.Create(size))];

    /// <summary>What the layer itself says of its input, taken out of it.</summary>
    private static int[]? Given(JsonObject layer)
    {
        foreach (string name in (string[])["input_shape", "input_dim"])
        {
            if (!layer.Remove(name, out JsonNode? value)) continue;
            int[] sizes = value switch
            {
                JsonArray items when items.All(IsSize) => [.. items.Select(item => item!.GetValue<int>())],
                JsonValue one when IsSize(one) => [one.GetValue<int>()],
                _ => [],
            };
            return sizes.Length switch
            {
                1 or 3 => sizes,
                2 => [.. sizes, 1],
                _ => throw new InvalidInputException($"the layer: {name} must be like (28, 28, 1)"),
            };
        }

        return null;
    }

    private static bool IsSize(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int size) && size > 0;
}
