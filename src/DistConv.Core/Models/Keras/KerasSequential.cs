using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>A whole model as Keras's <c>model.to_json()</c> writes it.</summary>
/// <param name="Name">Its name, or null if it has none or Keras made it up.</param>
/// <param name="Layers">The list of layers.</param>
/// <param name="Config">What is said of the model besides its layers.</param>
/// <param name="Format">What it is, for people.</param>
internal sealed record KerasSequential(string? Name, JsonElement Layers, JsonFields Config, string Format)
{
    /// <summary>The input's shape, where neither an InputLayer nor the first layer says it.</summary>
    public const string BuildInputShape = "build_input_shape";

    private const string Sequential = "Sequential";

    /// <summary>1, 2 or 3. Keras 3 states no version, but a module.</summary>
    public int Generation { get; private init; } = KerasVocabulary.Newest;

    /// <summary>Opens a model. In Keras 1 and 2.0 to 2.2.2 its config is the list of layers, later an object with it.</summary>
    /// <param name="model">The whole text.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="notes">Takes what has no effect.</param>
    public static KerasSequential Open(JsonFields model, string source, ModelNotes notes)
    {
        string className = model.RequiredText(KerasObject.ClassName, "\"Sequential\"");
        if (className is "Model" or "Functional") throw KerasObject.Functional(source);
        if (className != Sequential)
            throw new InvalidInputException(
                $"{source}: class_name {MessageText.Quote(className)} is no model; a Keras model here is \"class_name\": \"Sequential\"");
        (_, JsonElement config) = KerasObject.Open(model, source, "keras_version", "backend", "compile_config");
        if (model.Has("compile_config")) notes.Ignore("compile_config (optimizer, loss and metrics are train's)");
        string format = model.Find("keras_version") is { ValueKind: JsonValueKind.String } && model.Text("keras_version") is { } version
            ? $"Keras Sequential model, Keras {MessageText.Short(version)}"
            : "Keras Sequential model";
        int generation = GenerationOf(model);
        if (config.ValueKind == JsonValueKind.Array) return new KerasSequential(null, config, model, format) { Generation = generation };
        JsonFields fields = KerasSettings.Check(new JsonFields(config, $"{source}: {KerasObject.Config}"), notes);
        fields.OnlyKnown(["name", "layers", BuildInputShape]);
        string? name = fields.Text("name");
        return new KerasSequential(IsMadeUp(name) ? null : name, fields.Required("layers", "[...]"), fields, format) { Generation = generation };
    }

    private static int GenerationOf(JsonFields model) =>
        model.Find("keras_version") is { ValueKind: JsonValueKind.String } version && version.GetString() is [>= '1' and <= '3' and var first, ..]
            ? first - '0'
            : KerasVocabulary.Newest;

    /// <summary>"sequential", "sequential_3": no name that a person gave.</summary>
    private static bool IsMadeUp(string? name) => name is not null
        && name.StartsWith("sequential", StringComparison.OrdinalIgnoreCase) && name["sequential".Length..].All(c => c == '_' || char.IsAsciiDigit(c));
}
