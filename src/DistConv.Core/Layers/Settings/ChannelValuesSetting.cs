using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>A number for all channels, or a list with one for each; Keras may put the list into lists of one.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="example">What messages show where it has to be given.</param>
internal sealed class ChannelValuesSetting(string name, string example) : LayerSetting<ChannelValues>(name)
{
    /// <summary>The default; null: it has to be given.</summary>
    public float? Default { get; init; }

    /// <summary>The least that a number may be.</summary>
    public float Least { get; init; } = -float.MaxValue;

    /// <summary>Whether there may be no number: then it is not written.</summary>
    public bool MayBeEmpty { get; init; }

    private string Wanted => $"a number{(Least == 0f ? " from 0" : "")} or a list with one for each channel, such as {example}";

    /// <inheritdoc/>
    public override ChannelValues Read(JsonFields fields, ModelNotes notes)
    {
        if (Default is { } fallback && !fields.Has(Name)) return [fallback];
        if (MayBeEmpty && fields.Find(Name) is null or { ValueKind: JsonValueKind.Null }) return [];
        JsonElement value = fields.Required(Name, example);
        JsonElement list = value;
        while (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.Array) list = list[0];
        JsonElement[] items = list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [list];
        float?[] numbers = [.. items.Select(Number)];
        ChannelValues values = [.. numbers.Select(number => number ?? float.NaN)];
        return AreValid(values) ? values : throw fields.WrongType(Name, Wanted, value);
    }

    /// <inheritdoc/>
    public override void Check(ChannelValues value, string where)
    {
        if (!AreValid(value) && !(MayBeEmpty && value.IsEmpty)) throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, ChannelValues value)
    {
        if (value.IsEmpty) return;
        if (value.Values.Count == 1)
        {
            json.WriteNumber(Name, value.Values[0] + 0f);
            return;
        }

        json.WriteStartArray(Name);
        foreach (float number in value) json.WriteNumberValue(number + 0f);
        json.WriteEndArray();
    }

    private static float? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) ? number + 0f : null;

    private bool AreValid(ChannelValues values) =>
        values.Values.Count is >= 1 and <= ModelLimits.MaxDimension && values.Values.All(value => float.IsFinite(value) && value >= Least);
}
