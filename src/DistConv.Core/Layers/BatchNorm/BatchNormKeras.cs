using System.Text.Json;
using DistConv.Core.Layers.Settings;
using static DistConv.Core.Layers.Settings.KerasSetting;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>What Keras writes into a BatchNormalization and DistConv has in one form only.</summary>
internal static class BatchNormKeras
{
    private static readonly KerasSetting _anything = new(_ => true, "anything");

    private static readonly Dictionary<string, KerasSetting> _settings = new(StringComparer.Ordinal)
    {
        ["mode"] = new(value => IsNumber(value, 0), "0 (nothing else is supported)"), // Keras 1; others use no moving averages, or share layers.
        ["renorm"] = new(IsFalse, "false (batch renormalization is not supported)"),
        ["renorm_clipping"] = new(IsNull, "null (batch renormalization is not supported)"),
        ["renorm_momentum"] = _anything, // Without renorm it has no effect.
        ["virtual_batch_size"] = new(IsNull, "null (this is not supported; the shards of the job decide)"),
        ["synchronized"] = new(IsFalse, "false (this is not supported; statistics are those of a shard)"),
        ["adjustment"] = new(IsNull, "null (this is not supported)"),
        ["fused"] = _anything, // How it is computed.
    };

    /// <summary>The setting of a name; null: it is none of these.</summary>
    public static KerasSetting? Find(string name) => _settings.GetValueOrDefault(name);

    private static bool IsFalse(JsonElement value) => value.ValueKind is JsonValueKind.False or JsonValueKind.Null;
}
