using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>What Keras writes into every layer and DistConv has in one form only: accepted in that form, refused in any other.</summary>
internal static class KerasSettings
{
    private const string RegularizerEnding = "_regularizer";
    private const string ConstraintEnding = "_constraint";

    private static readonly Setting Regularizer = new(IsObject, "null or a regularizer such as {\"class_name\": \"L2\", ...}");
    private static readonly Setting Constraint = new(IsObject, "null or a constraint such as {\"class_name\": \"MaxNorm\", ...}");
    private static readonly Setting Nothing = new(IsNull, "null (this is not supported)");
    private static readonly Setting False = new(value => value.ValueKind == JsonValueKind.False, "false (this is not supported)");
    private static readonly Setting One = new(IsOne, "1 (nothing else is supported)");
    private static readonly Setting Float32 = new(IsFloat32, "\"float32\" (nothing else is supported)");

    private static readonly Dictionary<string, Setting> Settings = new(StringComparer.Ordinal)
    {
        ["data_format"] = new(
            value => IsNull(value) || IsText(value, "channels_last") || IsText(value, "channels_first"), "\"channels_last\" or \"channels_first\""),
        ["dim_ordering"] = new(value => IsText(value, "tf") || IsText(value, "th"), "\"tf\" (channels last) or \"th\" (channels first)"),
        [LayerType.Trainable] = new(value => value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false"),
        ["dtype"] = Float32,
        ["input_dtype"] = Float32,
        ["dilation_rate"] = One,
        ["groups"] = One,
        ["seed"] = new(value => IsNull(value) || value.ValueKind == JsonValueKind.Number, "null or a number", "seed (the job's seed decides)"),
        ["noise_shape"] = Nothing,
        ["weights"] = Nothing,
        ["quantization_config"] = Nothing,
        ["axis"] = new(value => IsNumber(value, -1), "-1 (nothing else is supported)"),
        ["sparse"] = False,
        ["ragged"] = False,
        ["optional"] = False,
        ["keepdims"] = False,
    };

    /// <summary>Their names in Keras 1, 2 and 3.</summary>
    public static IEnumerable<string> Names => [.. Settings.Keys, "kernel_regularizer", "bias_regularizer", "activity_regularizer", "W_regularizer",
        "b_regularizer", "kernel_constraint", "bias_constraint", "W_constraint", "b_constraint"];

    /// <summary>Checks these settings, and gives back the properties without them.</summary>
    /// <param name="fields">The properties.</param>
    /// <param name="notes">Takes what has no effect.</param>
    /// <param name="own">Settings that the layer's type has itself.</param>
    public static JsonFields Check(JsonFields fields, ModelNotes notes, params IEnumerable<string> own)
    {
        HashSet<string> kept = new(own, StringComparer.Ordinal);
        foreach (string name in fields.Names.Where(name => !kept.Contains(name)))
        {
            JsonElement value = fields.Find(name)!.Value;
            if (Of(name) is not { } setting) continue;
            if (!setting.Accepts(value)) throw fields.WrongType(name, setting.Supported, value);
            if (setting.Ignored is { } ignored && !IsNull(value)) notes.Ignore(ignored);
        }

        return fields.Without(name => !kept.Contains(name) && Of(name) is not null);
    }

    private static Setting? Of(string name) => Settings.TryGetValue(name, out Setting? setting) ? setting
        : name.EndsWith(RegularizerEnding, StringComparison.Ordinal) ? Regularizer
        : name.EndsWith(ConstraintEnding, StringComparison.Ordinal) ? Constraint
        : null;

    /// <summary>Null, or an object, or a name: what Keras writes for a regularizer or a constraint.</summary>
    private static bool IsObject(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.String;

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;

    private static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool IsNumber(JsonElement value, double number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double given) && given == number;

    private static bool IsOne(JsonElement value) =>
        IsNumber(value, 1) || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && value.EnumerateArray().All(item => IsNumber(item, 1)));

    /// <summary>"float32", or Keras's policy object of that name.</summary>
    private static bool IsFloat32(JsonElement value) =>
        IsNull(value) || IsText(value, "float32")
        || (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(KerasObject.Config, out JsonElement config)
            && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("name", out JsonElement name) && IsText(name, "float32"));

    /// <summary>A setting: which values are accepted, how messages say so, and what is noted if it is accepted but has no effect.</summary>
    private sealed record Setting(Func<JsonElement, bool> Accepts, string Supported, string? Ignored = null);
}
