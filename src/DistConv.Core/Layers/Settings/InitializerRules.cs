using System.Text.Json;
using DistConv.Core.Initializers;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>Names and settings of initialisers in a model.</summary>
internal static class InitializerRules
{
    private const string Constant = "constant";
    private const string RandomUniform = "random_uniform";
    private const string RandomNormal = "random_normal";

    public static readonly InitializerSpec DefaultKernel = new(Initializer.Default);
    public static readonly InitializerSpec DefaultBias = new("zeros");

    /// <summary>Keras's defaults: ±0.05 for random_uniform, mean 0 and standard deviation 0.05 for random_normal.</summary>
    private const float DefaultSpread = 0.05f;

    /// <summary>The settings of an initialiser whose name has been checked, in canonical order.</summary>
    public static IReadOnlyList<string> Settings(string name) => name switch
    {
        Constant => ["value"],
        RandomUniform => ["minValue", "maxValue"],
        RandomNormal => ["mean", "stdDev"],
        Initializer.Default or "glorot_normal" or "he_uniform" or "he_normal" or "lecun_uniform" or "lecun_normal" or "zeros" or "ones" => [],
        _ => throw new InvalidOperationException($"no settings are known for the initialiser '{name}'"),
    };

    /// <summary>A setting of a specification by its JSON name.</summary>
    public static float? Setting(InitializerSpec spec, string setting) => setting switch
    {
        "value" => spec.Value,
        "minValue" => spec.MinValue,
        "maxValue" => spec.MaxValue,
        "mean" => spec.Mean,
        "stdDev" => spec.StdDev,
        _ => throw new InvalidOperationException($"initialisers have no setting {setting}"),
    };

    public static void CheckName(string name, string where, string property)
    {
        if (Initializer.Names.Contains(name, StringComparer.Ordinal)) return;
        throw new InvalidInputException(
            $"{where}: {property} {MessageText.Quote(name)} is unknown; known: "
                + $"{string.Join(", ", Initializer.Names)}{Suggestion.DidYouMean(name, Initializer.Names)}");
    }

    public static void Check(InitializerSpec spec, string where, string property)
    {
        CheckName(spec.Name, where, property);
        IReadOnlyList<string> allowed = Settings(spec.Name);
        foreach (string setting in (string[])["value", "minValue", "maxValue", "mean", "stdDev"])
        {
            if (Setting(spec, setting) is not { } given) continue;
            if (!allowed.Contains(setting)) throw new InvalidInputException($"{where}: {property} '{spec.Name}' has no setting {setting}");
            if (!float.IsFinite(given)) throw new InvalidInputException($"{where}: {property} '{spec.Name}': {setting} must be finite; it is {given}");
        }

        float minimum = spec.MinValue ?? -DefaultSpread, maximum = spec.MaxValue ?? DefaultSpread;
        if (spec.Name == Constant && spec.Value is null)
            throw new InvalidInputException($"{where}: {property} 'constant' needs its value: {{\"name\": \"constant\", \"value\": 0.1}}");
        if (spec.Name == RandomUniform && minimum > maximum)
            throw new InvalidInputException($"{where}: {property} 'random_uniform': minValue must be at most maxValue; they are {minimum} and {maximum}");
        if (spec.StdDev < 0)
            throw new InvalidInputException($"{where}: {property} 'random_normal': stdDev must be at least 0; it is {spec.StdDev}");
    }

    /// <summary>Reads an initialiser.</summary>
    /// <param name="fields">The layer.</param>
    /// <param name="property">The setting's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="notes">Takes what was translated.</param>
    public static InitializerSpec Read(JsonFields fields, string property, JsonElement value, ModelNotes notes)
    {
        if (value.ValueKind == JsonValueKind.String) return Named(fields, property, value.GetString()!, notes);
        if (value.ValueKind != JsonValueKind.Object) throw fields.WrongType(
            property, "a name such as \"glorot_uniform\" or {\"name\": \"constant\", \"value\": 0.1}", value);
        string where = $"{fields.Where}: {fields.Spelling(property)}";
        JsonFields settings = new(value, where);
        if (KerasObject.Is(settings)) return KerasInitializers.Read(settings, where, notes);
        string initializer = settings.RequiredText("name", "\"constant\"");
        CheckName(initializer, fields.Where, fields.Spelling(property));
        settings.OnlyKnown(["name", .. Settings(initializer)]);
        return new InitializerSpec(
            initializer, settings.Single("value"), settings.Single("minValue"), settings.Single("maxValue"), settings.Single("mean"),
                settings.Single("stdDev"));
    }

    /// <summary>Writes an initialiser: its name, or an object where settings are given.</summary>
    public static void Write(Utf8JsonWriter json, string property, InitializerSpec spec)
    {
        string[] given = [.. Settings(spec.Name).Where(setting => Setting(spec, setting) is not null)];
        if (given.Length == 0)
        {
            json.WriteString(property, spec.Name);
            return;
        }

        json.WriteStartObject(property);
        json.WriteString("name", spec.Name);
        foreach (string setting in given) json.WriteNumber(setting, Setting(spec, setting)!.Value + 0f);
        json.WriteEndObject();
    }

    private static InitializerSpec Named(JsonFields fields, string property, string spelling, ModelNotes notes)
    {
        string name = KerasInitializers.OfName(spelling);
        CheckName(name, fields.Where, fields.Spelling(property));
        notes.Translate(spelling, name);
        return new InitializerSpec(name);
    }
}
