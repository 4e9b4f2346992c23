using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Permute;

/// <summary>The numbers 1, 2 and 3 in any order.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class DimsSetting(string name) : LayerSetting<(int Height, int Width, int Channels)>(name)
{
    private const string Example = "[2, 1, 3]";
    private const string Wanted = "the axes 1 (height), 2 (width) and 3 (channels) in a new order, such as [2, 1, 3]";

    /// <inheritdoc/>
    public override (int Height, int Width, int Channels) Read(JsonFields fields, ModelNotes notes)
    {
        JsonElement value = fields.Required(Name, Example);
        if (value.ValueKind != JsonValueKind.Array) throw fields.WrongType(Name, Wanted, value);
        int[] axes = [.. value.EnumerateArray().Select(axis => axis.ValueKind == JsonValueKind.Number && axis.TryGetInt32(out int whole) ? whole : 0)];
        return IsOrder(axes) ? (axes[0], axes[1], axes[2]) : throw fields.WrongType(Name, Wanted, value);
    }

    /// <inheritdoc/>
    public override void Check((int Height, int Width, int Channels) value, string where)
    {
        if (IsOrder([value.Height, value.Width, value.Channels])) return;
        throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is [{value.Height}, {value.Width}, {value.Channels}]");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, (int Height, int Width, int Channels) value)
    {
        json.WriteStartArray(Name);
        json.WriteNumberValue(value.Height);
        json.WriteNumberValue(value.Width);
        json.WriteNumberValue(value.Channels);
        json.WriteEndArray();
    }

    private static bool IsOrder(int[] axes) => axes.Order().SequenceEqual([1, 2, 3]);
}
