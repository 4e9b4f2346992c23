using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>A setting that Keras writes and DistConv has in one form only: accepted in that form, refused in any other.</summary>
/// <param name="Accepts">Which values are accepted.</param>
/// <param name="Supported">How messages say so.</param>
/// <param name="Ignored">What is noted if it is accepted, is not null, and has no effect.</param>
internal sealed record KerasSetting(Func<JsonElement, bool> Accepts, string Supported, string? Ignored = null)
{
    /// <summary>Checks settings, and gives back the properties without them.</summary>
    /// <param name="fields">The properties.</param>
    /// <param name="notes">Takes what has no effect.</param>
    /// <param name="find">The setting of a name; null: the property is none of them.</param>
    /// <exception cref="InvalidInputException">One of them has another form.</exception>
    public static JsonFields Check(JsonFields fields, ModelNotes notes, Func<string, KerasSetting?> find)
    {
        foreach (string name in fields.Names)
        {
            JsonElement value = fields.Find(name)!.Value;
            if (find(name) is not { } setting) continue;
            if (!setting.Accepts(value)) throw fields.WrongType(name, setting.Supported, value);
            if (setting.Ignored is { } ignored && !IsNull(value)) notes.Ignore(ignored);
        }

        return fields.Without(name => find(name) is not null);
    }

    /// <summary>Whether a value is null.</summary>
    public static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;

    /// <summary>Whether a value is a text.</summary>
    public static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    /// <summary>Whether a value is a number.</summary>
    public static bool IsNumber(JsonElement value, double number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double given) && given == number;
}
