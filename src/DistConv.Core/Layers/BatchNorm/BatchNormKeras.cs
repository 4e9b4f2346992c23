using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>What Keras writes into a BatchNormalization and DistConv has in one form only: accepted in that form, refused in any other.</summary>
internal static class BatchNormKeras
{
    private static readonly Dictionary<string, (Func<JsonElement, bool> Accepts, string Supported)> _settings = new(StringComparer.Ordinal)
    {
        ["mode"] = (value => IsNumber(value, 0), "0 (nothing else is supported)"), // Keras 1; others use no moving averages, or share layers.
        ["renorm"] = (IsFalse, "false (batch renormalization is not supported)"),
        ["renorm_clipping"] = (IsNull, "null (batch renormalization is not supported)"),
        ["renorm_momentum"] = (_ => true, ""), // Without renorm it has no effect.
        ["virtual_batch_size"] = (IsNull, "null (this is not supported; the shards of the job decide)"),
        ["synchronized"] = (IsFalse, "false (this is not supported; statistics are those of a shard)"),
        ["adjustment"] = (IsNull, "null (this is not supported)"),
        ["fused"] = (_ => true, ""), // How it is computed.
    };

    /// <summary>Checks these settings, and gives back the properties without them.</summary>
    public static JsonFields Check(JsonFields fields)
    {
        foreach ((string name, (Func<JsonElement, bool> accepts, string supported)) in _settings)
        {
            if (fields.Find(name) is not { } value) continue;
            if (!accepts(value)) throw fields.WrongType(name, supported, value);
        }

        return fields.Without(_settings.ContainsKey);
    }

    private static bool IsNumber(JsonElement value, double number) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double given) && given == number;

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.Null;

    private static bool IsFalse(JsonElement value) => value.ValueKind is JsonValueKind.False or JsonValueKind.Null;
}
