using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>
/// What an "activation" asks for: a name, ours or Keras's, or in Keras 3 a whole layer, <c>{"class_name": "ReLU", "config": {...}}</c>. Every activation but a
/// linear one is a layer.
/// </summary>
/// <param name="kerasGeneration">1, 2 or 3: a hard sigmoid of Keras 3 has another slope.</param>
/// <param name="notes">Takes what was translated.</param>
internal sealed class ActivationReader(int kerasGeneration, ModelNotes notes)
{
    /// <summary>The setting's name.</summary>
    public const string Setting = "activation";

    private const string Linear = "linear";

    /// <summary>All names, in the order in which messages list them.</summary>
    private static string[] Names => [Linear, .. LayerTypes.All.SelectMany(type => type.ActivationNames)];

    /// <summary>Reads an activation.</summary>
    /// <param name="fields">The layer, whose property "activation" it is.</param>
    /// <param name="nameOf">Gives the activation's layer a name.</param>
    /// <returns>The layer; null: a linear activation, which changes nothing.</returns>
    /// <exception cref="InvalidInputException">It is unknown, or is no activation.</exception>
    public LayerSpec? Read(JsonFields fields, Func<LayerType, string> nameOf)
    {
        if (fields.Find(Setting) is { ValueKind: JsonValueKind.Object } value) return ReadObject(fields, value, nameOf);
        string spelling = fields.RequiredText(Setting, "\"relu\"");
        if (spelling == Linear) return null;
        if (LayerTypes.FindActivation(spelling) is not { } type)
        {
            throw new InvalidInputException(
                $"{fields.Where}: {fields.Spelling(Setting)} {MessageText.Quote(spelling)} is unknown; known: {string.Join(", ", Names)}"
                + Suggestion.DidYouMean(spelling, Names));
        }

        notes.Translate(spelling, type.Name);
        return type.AsActivation(spelling, nameOf(type), kerasGeneration);
    }

    private LayerSpec ReadObject(JsonFields fields, JsonElement value, Func<LayerType, string> nameOf)
    {
        JsonFields layer = new(value, $"{fields.Where}: {fields.Spelling(Setting)}");
        if (!KerasObject.Is(layer)) throw fields.WrongType(Setting, "a name such as \"relu\", or a layer as Keras 3 writes it", value);
        (string className, JsonElement config) = KerasObject.Open(layer, layer.Where);
        if (LayerTypes.Find(className) is not { ActivationNames.Count: > 0 } type)
            throw new InvalidInputException($"{layer.Where}: {MessageText.Quote(className)} is no activation; known: {string.Join(", ", Names)}");
        JsonFields settings = new JsonFields(config, $"{layer.Where}: {KerasObject.Config}").Renamed(type.PropertyOf);
        settings = KerasSettings.Check(settings, notes).Without(property => property == "name" || IsNullDefault(type, property, config));
        settings.OnlyKnown([.. type.Settings.Select(setting => setting.Name)]);
        notes.Translate(className, type.Name);
        return type.Read(nameOf(type), settings, notes);
    }

    /// <summary>Keras writes null for the default of some settings.</summary>
    private static bool IsNullDefault(LayerType type, string property, JsonElement config) =>
        type.Settings.FirstOrDefault(setting => setting.Name == property) is { NullIsDefault: true } setting
        && setting.KerasNames.Append(property).Any(name => config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null);
}
