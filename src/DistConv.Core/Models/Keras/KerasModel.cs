using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>A whole model as Keras's <c>model.to_json()</c> writes it, or only its configuration, as <c>get_config()</c> gives it.</summary>
/// <param name="Name">Its name, or null if it has none or Keras made it up.</param>
/// <param name="Text">Its layers.</param>
/// <param name="Format">What it is, for people.</param>
internal sealed record KerasModel(string? Name, LayerText Text, string Format)
{
    private const string BuildInputShape = "build_input_shape";
    private const string BuildConfig = "build_config";
    private const string Sequential = "Sequential";

    private static readonly string[] _ofGraphs = ["name", "trainable", "layers", "input_layers", "output_layers", "dtype"];
    private static readonly string[] _ofSequences = ["name", "trainable", "layers", "dtype", BuildInputShape];

    /// <summary>Opens a model. In Keras 1 and 2.0 to 2.2.2 a sequence's config is the list of layers, later an object with it.</summary>
    /// <param name="model">The whole text.</param>
    /// <param name="version">The version of Keras, where something around the text says it.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="notes">Takes what has no effect.</param>
    public static KerasModel Open(JsonFields model, string? version, string source, ModelNotes notes)
    {
        string className = model.RequiredText(KerasObject.ClassName, "\"Sequential\"");
        JsonElement text = model.Required(KerasObject.Config, "{...}");
        if (!KerasExpansion.IsModel(className, text))
        {
            throw new InvalidInputException(
                $"{source}: class_name {MessageText.Quote(className)} is no model; a Keras model here is \"class_name\": \"Sequential\" or \"Functional\"");
        }

        string[] others = ["keras_version", "backend", "compile_config"];
        JsonElement config = className is Sequential or "Model" or "Functional" ? KerasObject.Open(model, source, others).Config : text;
        if (model.Has("compile_config")) notes.Ignore("compile_config (optimizer, loss and metrics are train's)");
        if (model.Find("keras_version") is { ValueKind: JsonValueKind.String } said) version = said.GetString();
        int generation = model.Has("module") ? 3 : GenerationOf(version, text);
        return Read(className, config, new KerasScope(source, generation) { IsFrozen = KerasExpansion.IsFrozen(config) }, version, model, notes);
    }

    /// <summary>Opens a model of which there is only the configuration.</summary>
    /// <param name="config">The list of layers of a sequence, or an object with it.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="notes">Takes what has no effect.</param>
    public static KerasModel OpenConfig(JsonElement config, string source, ModelNotes notes)
    {
        string className = KerasExpansion.IsGraph(null, config) ? "Functional" : Sequential;
        return Read(className, config, new KerasScope(source, GenerationOf(null, config)) { IsFrozen = KerasExpansion.IsFrozen(config) }, null, null, notes);
    }

    private static KerasModel Read(string className, JsonElement config, KerasScope scope, string? version, JsonFields? model, ModelNotes notes)
    {
        bool isGraph = KerasExpansion.IsGraph(className, config);
        string kind = isGraph ? "Keras functional model" : "Keras Sequential model";
        string format = version is null ? kind : $"{kind}, Keras {MessageText.Short(version)}";
        JsonFields? fields = null;
        if (config.ValueKind != JsonValueKind.Array)
        {
            fields = new JsonFields(config, $"{scope.Where}: {KerasObject.Config}");
            KerasSettings.Check(fields, notes).OnlyKnown(isGraph ? _ofGraphs : _ofSequences);
            if (!isGraph) fields.Required("layers", "[...]");
        }

        KerasExpansion expansion = new();
        int output = expansion.Add(className, config, scope, LayerEntry.ModelInput);
        string? name = fields?.Text(KerasObject.Name);
        LayerText text = new(expansion.Entries)
        {
            HasKerasNames = true,
            Generation = scope.Generation,
            Models = expansion.Models,
            Output = output,
            Built = input => TakeBuilt(input, fields, model, scope.Where),
        };
        return new KerasModel(IsMadeUp(name) ? null : name, text, format);
    }

    private static void TakeBuilt(KerasInput input, JsonFields? config, JsonFields? model, string source)
    {
        if (config is not null) input.TakeBuilt(config, BuildInputShape, source);
        if (model?.Find(BuildConfig) is { ValueKind: JsonValueKind.Object } built)
            input.TakeBuilt(new JsonFields(built, $"{source}: {BuildConfig}"), "input_shape", source);
    }

    /// <summary>By the version if it is known, otherwise by a setting that only Keras 1 had.</summary>
    private static int GenerationOf(string? version, JsonElement text)
    {
        if (version is ['0' or '1', '.', ..]) return 1;
        if (version is ['3', '.', ..]) return 3;
        string raw = text.GetRawText();
        if (raw.Contains("\"keras_history\"", StringComparison.Ordinal)) return 3;
        bool isOld = raw.Contains("\"nb_filter\"", StringComparison.Ordinal) || raw.Contains("\"border_mode\"", StringComparison.Ordinal);
        if (version is not null) return 2;
        return isOld ? 1 : KerasVocabulary.Newest;
    }

    /// <summary>"sequential", "sequential_3", "model_1", "functional": no name that a person gave.</summary>
    private static bool IsMadeUp(string? name) => name is not null && ((string[])["sequential", "model", "functional"]).Any(
        made => name.StartsWith(made, StringComparison.OrdinalIgnoreCase) && name[made.Length..].All(c => c == '_' || char.IsAsciiDigit(c)));
}
