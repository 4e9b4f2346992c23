using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>A range of factors: two numbers, or one, f. By default from −1 to 1, and one number means from −|f| to |f|.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class FactorSetting(string name) : LayerSetting<FactorRange>(name)
{
    /// <summary>Whether both numbers are distances from 1, at least 0: one number stands for both.</summary>
    public bool IsDistance { get; init; }

    private string Wanted => IsDistance ? "a number from 0 to 1 or two, such as [0.2, 0.1]" : "a number from -1 to 1 or two, such as [-0.1, 0.2]";

    /// <inheritdoc/>
    public override FactorRange Read(JsonFields fields, ModelNotes notes)
    {
        JsonElement value = fields.Required(Name, "0.1");
        double[]? numbers = NumberPair.Of(value);
        FactorRange? range = numbers switch
        {
            null => null,
            [var single] when IsDistance => new(single, single),
            [var single] => new(-Math.Abs(single) + 0.0, Math.Abs(single)),
            [var first, var second] when !IsDistance && second < first => new(second, first),
            _ => new(numbers[0], numbers[1]),
        };
        return range is { } valid && IsValid(valid) ? valid : throw fields.WrongType(Name, Wanted, value);
    }

    /// <inheritdoc/>
    public override void Check(FactorRange value, string where)
    {
        if (!IsValid(value)) throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, FactorRange value) => NumberPair.Write(json, Name, value.Lower, value.Upper);

    private bool IsValid(FactorRange range) => IsDistance
        ? range is { Lower: >= 0 and <= 1, Upper: >= 0 and <= 1 }
        : range is { Lower: >= -1, Upper: <= 1 } && range.Lower <= range.Upper;
}

/// <summary>A range of factors, or none: then it is not written.</summary>
/// <param name="factor">The setting.</param>
internal sealed class OptionalFactorSetting(FactorSetting factor) : LayerSetting<FactorRange?>(factor.Name)
{
    /// <inheritdoc/>
    public override FactorRange? Read(JsonFields fields, ModelNotes notes) => fields.Has(Name) ? factor.Read(fields, notes) : null;

    /// <inheritdoc/>
    public override void Check(FactorRange? value, string where)
    {
        if (value is { } range) factor.Check(range, where);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, FactorRange? value)
    {
        if (value is { } range) factor.Write(json, range);
    }
}
