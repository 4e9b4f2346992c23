using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>Where the text of a model stands.</summary>
/// <param name="Where">The beginning of each message.</param>
/// <param name="Generation">The generation of Keras: 1, 2 or 3.</param>
internal sealed record KerasScope(string Where, int Generation)
{
    /// <summary>The names of the models around it, its own last.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether this model or one around it is not trained.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether the model has been called before.</summary>
    public bool IsRepeated { get; init; }
}

/// <summary>Writes the layers of a model one after another, and those of models inside it in their places.</summary>
internal sealed class KerasExpansion
{
    private readonly List<LayerEntry> _entries = [];
    private readonly List<KerasInnerModel> _models = [];

    /// <summary>The models inside the model so far.</summary>
    public IReadOnlyList<KerasInnerModel> Models => _models;

    /// <summary>The layers so far, each behind those that it reads.</summary>
    public IReadOnlyList<LayerEntry> Entries => _entries;

    /// <summary>Whether a class is a model; a class of the user's own with a graph of layers is one too.</summary>
    public static bool IsModel(string? className, JsonElement config) => className is "Sequential" or "Model" or "Functional"
        || (config.ValueKind == JsonValueKind.Object && config.TryGetProperty("layers", out _) && config.TryGetProperty("input_layers", out _));

    /// <summary>Whether the configuration of a model is that of a graph.</summary>
    public static bool IsGraph(string? className, JsonElement config) => className is "Model" or "Functional"
        || (className != "Sequential" && config.ValueKind == JsonValueKind.Object && config.TryGetProperty("input_layers", out _));

    /// <summary>Adds a model's layers.</summary>
    /// <param name="className">Its class.</param>
    /// <param name="config">Its configuration: an object, or of a sequence the list of its layers.</param>
    /// <param name="scope">Where it stands.</param>
    /// <param name="input">The entry that it reads.</param>
    /// <returns>The entry that it gives.</returns>
    public int Add(string className, JsonElement config, KerasScope scope, int input)
    {
        if (IsGraph(className, config)) return new KerasFunctional(this, scope).Add(new JsonFields(config, $"{scope.Where}: {KerasObject.Config}"), input);
        JsonElement list = config.ValueKind == JsonValueKind.Array
            ? config
            : new JsonFields(config, $"{scope.Where}: {KerasObject.Config}").Required("layers", "[...]");
        EnsureList(list, scope.Where);
        int value = input;
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        foreach ((int place, JsonElement layer) in list.EnumerateArray().Index())
        {
            EnsureNew(layer, place, names, scope.Where);
            if (place > 0 && scope.Models.Count == 0 && KerasObject.TextOf(layer, KerasObject.ClassName) == KerasVocabulary.InputClass)
            {
                throw new InvalidInputException(
                    $"{scope.Where}: layer {_entries.Count + 1} ({KerasVocabulary.InputClass}): {KerasVocabulary.InputIsFirst}");
            }

            value = AddCall(layer, scope, [value]);
        }

        return value;
    }

    /// <summary>Adds a call of a layer, or the layers of a model inside the model.</summary>
    /// <param name="layer">Its text.</param>
    /// <param name="scope">The model around it.</param>
    /// <param name="inputs">The entries that it reads.</param>
    /// <param name="constant">A number that it is called with.</param>
    /// <param name="isRepeated">Whether it has been called before.</param>
    /// <returns>The entry that it gives.</returns>
    public int AddCall(JsonElement layer, KerasScope scope, IReadOnlyList<int> inputs, (double Value, bool IsFirst)? constant = null, bool isRepeated = false)
    {
        string? className = KerasObject.TextOf(layer, KerasObject.ClassName);
        bool hasConfig = layer.ValueKind == JsonValueKind.Object && layer.TryGetProperty(KerasObject.Config, out _);
        if (className is not null && hasConfig && layer.GetProperty(KerasObject.Config) is var config && IsModel(className, config))
            return AddModel(layer, className, config, scope, inputs, isRepeated);
        if (_entries.Count == ModelLimits.MaxLayers)
            throw new InvalidInputException($"{scope.Where}: the model has more than {ModelLimits.MaxLayers:N0} layers; at most that many are possible");
        _entries.Add(new LayerEntry(layer, _entries.Count + 1)
        {
            Inputs = inputs,
            Constant = constant,
            Models = scope.Models,
            IsFrozen = scope.IsFrozen,
            IsRepeated = scope.IsRepeated || isRepeated,
        });
        return _entries.Count - 1;
    }

    /// <summary>Checks that a model's layers are a list.</summary>
    public static void EnsureList(JsonElement layers, string where)
    {
        if (layers.ValueKind != JsonValueKind.Array) throw new InvalidInputException($"{where}: layers must be a list [...]");
        if (layers.GetArrayLength() > ModelLimits.MaxLayers)
            throw new InvalidInputException($"{where}: the model has {layers.GetArrayLength():N0} layers; at most {ModelLimits.MaxLayers:N0} are possible");
    }

    private static void EnsureNew(JsonElement layer, int place, Dictionary<string, int> names, string where)
    {
        if (layer.ValueKind != JsonValueKind.Object || !layer.TryGetProperty(KerasObject.Config, out JsonElement config)) return;
        if (KerasObject.TextOf(config, KerasObject.Name) is not { } name || names.TryAdd(name, place + 1)) return;
        throw new InvalidInputException($"{where}: layer {place + 1} {MessageText.Quote(name)} "
            + $"({MessageText.Short(KerasObject.TextOf(layer, KerasObject.ClassName) ?? "?")}): layer {names[name]} has the same name; names must be unique");
    }

    private int AddModel(JsonElement layer, string className, JsonElement config, KerasScope scope, IReadOnlyList<int> inputs, bool isRepeated)
    {
        string name = KerasObject.TextOf(layer, KerasObject.Name) ?? KerasObject.TextOf(config, KerasObject.Name) ?? className;
        string where = $"{scope.Where}: {MessageText.Quote(name)} ({MessageText.Short(className)})";
        if (inputs.Count != 1) throw new InvalidInputException($"{where}: has {inputs.Count} inputs; a model inside a model here takes one");
        KerasScope inside = scope with
        {
            Where = where,
            Models = [.. scope.Models, name],
            IsFrozen = scope.IsFrozen || IsFrozen(config),
            IsRepeated = scope.IsRepeated || isRepeated,
        };
        if (!inside.IsRepeated) _models.Add(new KerasInnerModel(inside.Models, className));
        return Add(className, config, inside, inputs[0]);
    }

    /// <summary>Whether a model says that it is not trained.</summary>
    public static bool IsFrozen(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("trainable", out JsonElement trainable) && trainable.ValueKind == JsonValueKind.False;
}
