using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>A number in a range, with a default.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="fallback">The default.</param>
/// <param name="range">The range in words.</param>
/// <param name="isInRange">Whether a number is in it.</param>
internal sealed class OptionalNumberSetting(string name, double fallback, string range, Func<double, bool> isInRange) : LayerSetting<double>(name)
{
    /// <inheritdoc/>
    public override double Read(JsonFields fields, ModelNotes notes)
    {
        if (!fields.Has(Name)) return fallback;
        double value = fields.RequiredNumber(Name, $"{fallback}");
        return isInRange(value) ? value : throw fields.WrongType(Name, range, fields.Required(Name, $"{fallback}"));
    }

    /// <inheritdoc/>
    public override void Check(double value, string where)
    {
        if (!isInRange(value)) throw new InvalidInputException($"{where}: {Name} must be {range}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, double value) => json.WriteNumber(Name, value + 0.0);
}
