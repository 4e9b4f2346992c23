using System.Text.Json;
using DistConv.Core.Reading;
using static DistConv.Core.Layers.Settings.KerasSetting;

namespace DistConv.Core.Layers.Settings;

/// <summary>What Keras writes into every layer and DistConv has in one form only: accepted in that form, refused in any other.</summary>
internal static class KerasSettings
{
    private const string RegularizerEnding = "_regularizer";
    private const string ConstraintEnding = "_constraint";

    private static readonly KerasSetting Regularizer = new(IsObject, "null or a regularizer such as {\"class_name\": \"L2\", ...}");
    private static readonly KerasSetting Constraint = new(IsObject, "null or a constraint such as {\"class_name\": \"MaxNorm\", ...}");
    private static readonly KerasSetting Nothing = new(IsNull, "null (this is not supported)");
    private static readonly KerasSetting False = new(value => value.ValueKind == JsonValueKind.False, "false (this is not supported)");
    private static readonly KerasSetting One = new(IsOne, "1 (nothing else is supported)");
    private static readonly KerasSetting Float32 = new(IsFloat32, "\"float32\" (nothing else is supported)");

    private static readonly Dictionary<string, KerasSetting> Settings = new(StringComparer.Ordinal)
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
    public static IEnumerable<string> Names => [.. Settings.Keys, "kernel_regularizer", "bias_regularizer", RegularizerReader.Activity, "W_regularizer",
        "b_regularizer", "kernel_constraint", "bias_constraint", "W_constraint", "b_constraint"];

    /// <summary>Checks these settings, and gives back the properties without them.</summary>
    /// <param name="fields">The properties.</param>
    /// <param name="notes">Takes what has no effect.</param>
    /// <param name="own">Settings that the layer's type has itself.</param>
    public static JsonFields Check(JsonFields fields, ModelNotes notes, params IEnumerable<string> own)
    {
        HashSet<string> kept = new(own, StringComparer.Ordinal);
        return KerasSetting.Check(fields, notes, name => kept.Contains(name) ? null : Of(name));
    }

    private static KerasSetting? Of(string name) => Settings.TryGetValue(name, out KerasSetting? setting) ? setting
        : name.EndsWith(RegularizerEnding, StringComparison.Ordinal) ? Regularizer
        : name.EndsWith(ConstraintEnding, StringComparison.Ordinal) ? Constraint
        : null;

    /// <summary>Null, or an object, or a name: what Keras writes for a regularizer or a constraint.</summary>
    private static bool IsObject(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.String;

    private static bool IsOne(JsonElement value) =>
        IsNumber(value, 1) || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && value.EnumerateArray().All(item => IsNumber(item, 1)));

    /// <summary>"float32", or Keras's policy object of that name.</summary>
    private static bool IsFloat32(JsonElement value) =>
        IsNull(value) || IsText(value, "float32")
        || (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(KerasObject.Config, out JsonElement config)
            && config.ValueKind == JsonValueKind.Object
            && config.TryGetProperty("name", out JsonElement name) && IsText(name, "float32"));
}
