using System.Text.Json;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>Penalties in our vocabulary, <c>{"l1": 0.001, "l2": 0.01}</c>, and in those of Keras 1, 2 and 3.</summary>
internal static class RegularizerReader
{
    /// <summary>Keras's name of the penalty on what a layer gives; every layer may have it.</summary>
    public const string Activity = "activity_regularizer";

    /// <summary>λ where Keras's L1 and L2 do not say it.</summary>
    private const float Default = 0.01f;

    private static readonly string[] _names = ["l1", "l2", "l1_l2"];

    /// <summary>Reads a penalty; null: it is 0, or one that is not applied.</summary>
    public static Regularizer? Read(JsonFields fields, string property, ModelNotes notes)
    {
        JsonElement value = fields.Find(property)!.Value;
        string where = $"{fields.Where}: {property}";
        if (value.ValueKind == JsonValueKind.String) return Named(value.GetString()!, where);
        if (value.ValueKind != JsonValueKind.Object)
            throw fields.WrongType(property, "null or a regularizer such as {\"l2\": 0.01}", value);
        JsonFields settings = new(value, where);
        string? className = null;
        if (KerasObject.Is(settings))
        {
            (className, JsonElement config) = KerasObject.Open(settings, where);
            settings = new JsonFields(config, where);
        }
        else if (settings.Has(KerasObject.Name))
        {
            className = settings.RequiredText(KerasObject.Name, "\"L1L2\"");
            settings = settings.Without(name => name == KerasObject.Name);
        }

        if (className is not (null or "L1" or "L2" or "L1L2" or "L1L2Regularizer" or "WeightRegularizer" or "ActivityRegularizer"))
        {
            notes.Ignore($"{property} {MessageText.Short(className)} (not applied)");
            return null;
        }

        settings.OnlyKnown(["l1", "l2"]);
        float l1 = Number(settings, "l1", className == "L1" ? Default : 0), l2 = Number(settings, "l2", className == "L2" ? Default : 0);
        if (className is null && !settings.Has("l1") && !settings.Has("l2"))
            throw new InvalidInputException($"{where}: says neither l1 nor l2, for example {{\"l2\": 0.01}}");
        return Of(l1, l2, where);
    }

    /// <summary>Writes a penalty: what is not 0.</summary>
    public static void Write(Utf8JsonWriter json, string property, Regularizer regularizer)
    {
        json.WriteStartObject(property);
        if (regularizer.L1 != 0) json.WriteNumber("l1", regularizer.L1);
        if (regularizer.L2 != 0) json.WriteNumber("l2", regularizer.L2);
        json.WriteEndObject();
    }

    private static Regularizer? Named(string name, string where) => name switch
    {
        "l1" or "L1" => new Regularizer(Default, 0),
        "l2" or "L2" => new Regularizer(0, Default),
        "l1_l2" or "l1l2" or "L1L2" => new Regularizer(Default, Default),
        _ => throw new InvalidInputException(
            $"{where} {MessageText.Quote(name)} is unknown; known: {string.Join(", ", _names)}{Suggestion.DidYouMean(name, _names)}"),
    };

    private static float Number(JsonFields settings, string name, float fallback) =>
        settings.Find(name) is null or { ValueKind: JsonValueKind.Null } ? fallback : settings.Single(name)!.Value;

    private static Regularizer? Of(float l1, float l2, string where)
    {
        Regularizer regularizer = new(l1, l2);
        if (regularizer.FindProblem() is { } problem) throw new InvalidInputException($"{where}: {problem}");
        return l1 == 0 && l2 == 0 ? null : regularizer;
    }
}
