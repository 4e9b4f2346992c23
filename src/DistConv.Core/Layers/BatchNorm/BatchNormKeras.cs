using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>What Keras writes into a BatchNormalization and DistConv has in one form only: accepted in that form, refused in any other.</summary>
internal static class BatchNormKeras
{
    private const string Axis = "axis";

    private static readonly Dictionary<string, (Func<JsonElement, bool> Accepts, string Supported)> _settings = new(StringComparer.Ordinal)
    {
        [Axis] = (IsChannels, "that of the channels, -1 (nothing else is supported)"),
        ["mode"] = (value => IsNumber(value, 0), "0 (nothing else is supported)"), // Keras 1; others use no moving averages, or share layers.
        ["gamma_regularizer"] = (IsNull, "null (regularizers are not supported)"),
        ["beta_regularizer"] = (IsNull, "null (regularizers are not supported)"),
        ["gamma_constraint"] = (IsNull, "null (constraints are not supported)"),
        ["beta_constraint"] = (IsNull, "null (constraints are not supported)"),
        ["renorm"] = (IsFalse, "false (batch renormalization is not supported)"),
        ["renorm_clipping"] = (IsNull, "null (batch renormalization is not supported)"),
        ["renorm_momentum"] = (_ => true, ""), // Without renorm it has no effect.
        ["virtual_batch_size"] = (IsNull, "null (this is not supported; the shards of the job decide)"),
        ["synchronized"] = (IsFalse, "false (this is not supported; statistics are those of a shard)"),
        ["adjustment"] = (IsNull, "null (this is not supported)"),
        ["fused"] = (_ => true, ""), // How it is computed.
    };

    /// <summary>Checks these settings, and gives back the properties without them.</summary>
    public static JsonFields Check(JsonFields fields, ModelNotes notes)
    {
        foreach ((string name, (Func<JsonElement, bool> accepts, string supported)) in _settings)
        {
            if (fields.Find(name) is not { } value) continue;
            if (!accepts(value)) throw fields.WrongType(name, supported, value);
            if (name == Axis && IsSecond(value)) notes.Decide("axis 1 of a BatchNormalization is taken for the axis of its channels");
        }

        return fields.Without(_settings.ContainsKey);
    }

    /// <summary>Behind the batch, axis 0, the channels are axis 3 of an image, axis 1 of a list and of an image with channels first. Keras 2 writes a
    /// list.</summary>
    private static bool IsChannels(JsonElement value) => IsSecond(value) || IsNumber(Only(value), -1) || IsNumber(Only(value), 3);

    private static bool IsSecond(JsonElement value) => IsNumber(Only(value), 1);

    private static JsonElement Only(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value;

    private static bool IsNumber(JsonElement value, double number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double given) && given == number;

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;

    private static bool IsFalse(JsonElement value) => value.ValueKind is JsonValueKind.False or JsonValueKind.Null;
}
