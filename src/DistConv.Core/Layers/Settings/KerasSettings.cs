using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>What Keras writes into every layer and DistConv has in one form only: accepted in that form, refused in any other.</summary>
internal static class KerasSettings
{
    private static readonly Setting NoRegularizer = new(IsNull, "null (regularizers are not supported)");
    private static readonly Setting NoConstraint = new(IsNull, "null (constraints are not supported)");
    private static readonly Setting Nothing = new(IsNull, "null (this is not supported)");
    private static readonly Setting False = new(value => value.ValueKind == JsonValueKind.False, "false (this is not supported)");
    private static readonly Setting One = new(IsOne, "1 (nothing else is supported)");
    private static readonly Setting Float32 = new(IsFloat32, "\"float32\" (nothing else is supported)");

    private static readonly Dictionary<string, Setting> Settings = new(StringComparer.Ordinal)
    {
        ["data_format"] = new(
            value => IsNull(value) || IsText(value, "channels_last") || IsText(value, "channels_first"), "\"channels_last\" or \"channels_first\""),
        ["dim_ordering"] = new(value => IsText(value, "tf") || IsText(value, "th"), "\"tf\" (channels last) or \"th\" (channels first)"),
        ["trainable"] = new(value => value.ValueKind == JsonValueKind.True, "true (frozen layers are not supported)"),
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
        ["kernel_regularizer"] = NoRegularizer,
        ["bias_regularizer"] = NoRegularizer,
        ["activity_regularizer"] = NoRegularizer,
        ["W_regularizer"] = NoRegularizer,
        ["b_regularizer"] = NoRegularizer,
        ["alpha_regularizer"] = NoRegularizer,
        ["alpha_constraint"] = NoConstraint,
        ["kernel_constraint"] = NoConstraint,
        ["bias_constraint"] = NoConstraint,
        ["W_constraint"] = NoConstraint,
        ["b_constraint"] = NoConstraint,
    };

    /// <summary>Their names in Keras 1, 2 and 3.</summary>
    public static IEnumerable<string> Names => Settings.Keys;

    /// <summary>Checks these settings, and gives back the properties without them.</summary>
    /// <param name="fields">A layer.</param>
    /// <param name="notes">Takes what was left out.</param>
    /// <param name="own">The settings of the layer's type, which reads them itself; null: it has none.</param>
    public static JsonFields Check(JsonFields fields, ModelNotes notes, IReadOnlyList<LayerSetting>? own = null)
    {
        HashSet<string> others = [.. Settings.Keys.Except((own ?? []).Select(setting => setting.Name))];
        foreach ((string name, Setting setting) in Settings)
        {
            if (!others.Contains(name) || fields.Find(name) is not { } value) continue;
            if (!setting.Accepts(value)) throw fields.WrongType(name, setting.Supported, value);
            if (setting.Ignored is { } ignored && !IsNull(value)) notes.Ignore(ignored);
        }

        return fields.Without(others.Contains);
    }

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
