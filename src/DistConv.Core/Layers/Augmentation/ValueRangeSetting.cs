using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>The least and the greatest value of pictures: two floats in ascending order. By default 0 and 1, as DistConv's pixels are.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class ValueRangeSetting(string name) : LayerSetting<FactorRange>(name)
{
    private const string Wanted = "two numbers, the least and the greatest value, such as [0, 1]";

    /// <inheritdoc/>
    public override FactorRange Read(JsonFields fields, ModelNotes notes)
    {
        if (fields.Find(Name) is not { } value) return new FactorRange(0, 1);
        if (NumberPair.Of(value) is not [var low, var high] || !IsValid(new(low, high))) throw fields.WrongType(Name, Wanted, value);
        FactorRange range = new(NumberSetting.ToSingle(low), NumberSetting.ToSingle(high));
        if (range == new FactorRange(0, 255))
            notes.Decide($"{fields.Spelling(Name)} [0, 255] stays as it is; the pixels of a data set are from 0 to 1 here, whose range is [0, 1]");
        return range;
    }

    /// <inheritdoc/>
    public override void Check(FactorRange value, string where)
    {
        if (!IsValid(value)) throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, FactorRange value) => NumberPair.Write(json, Name, value.Lower, value.Upper);

    private static bool IsValid(FactorRange range) => range.Lower < range.Upper && double.Abs(range.Lower) <= float.MaxValue && range.Upper <= float.MaxValue;
}
