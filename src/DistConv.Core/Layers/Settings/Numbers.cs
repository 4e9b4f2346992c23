using System.Globalization;
using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>A number in a range. Without a default it has to be given.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="range">The range in words.</param>
/// <param name="isInRange">Whether a number is in it.</param>
/// <param name="example">What messages show.</param>
internal sealed class NumberSetting(string name, string range, Func<double, bool> isInRange, string example) : LayerSetting<double>(name)
{
    /// <summary>The default; null: it has to be given.</summary>
    public double? Default { get; init; }

    /// <summary>Whether the default is not written.</summary>
    public bool LeavesOutDefault { get; init; }

    /// <summary>Whether it is used as a float: then 0.30000001192092896, the same float as 0.3, is read as 0.3.</summary>
    public bool IsSingle { get; init; }

    /// <summary>A float of at least 0.</summary>
    /// <param name="name">The name in JSON.</param>
    /// <param name="fallback">The default.</param>
    /// <param name="kerasNames">Keras's names.</param>
    public static NumberSetting AtLeastZero(string name, double fallback, params IReadOnlyList<string> kerasNames) =>
        new(name, "a number of at least 0", value => value is >= 0 and <= float.MaxValue, "0.1")
        {
            Default = fallback,
            IsSingle = true,
            KerasNames = kerasNames,
        };

    /// <summary>The shortest decimal number that is the same float.</summary>
    public static double ToSingle(double value) => double.Parse(((float)value).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override double Read(JsonFields fields, ModelNotes notes)
    {
        if (Default is { } fallback && !fields.Has(Name)) return fallback;
        double value = fields.RequiredNumber(Name, example);
        if (!isInRange(value)) throw fields.WrongType(Name, range, fields.Required(Name, example));
        return IsSingle ? ToSingle(value) : value;
    }

    /// <inheritdoc/>
    public override void Check(double value, string where)
    {
        if (!isInRange(value)) throw new InvalidInputException($"{where}: {Name} must be {range}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, double value)
    {
        if (!LeavesOutDefault || value != Default) json.WriteNumber(Name, value + 0.0);
    }
}

/// <summary>A positive float, or none: then it is not written.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class LimitSetting(string name) : LayerSetting<double?>(name)
{
    private readonly NumberSetting _number =
        new(name, "a number above 0, or null for none", value => value is > 0 and <= float.MaxValue, "6") { IsSingle = true };

    /// <inheritdoc/>
    public override double? Read(JsonFields fields, ModelNotes notes) => fields.Has(Name) ? _number.Read(fields, notes) : null;

    /// <inheritdoc/>
    public override void Check(double? value, string where)
    {
        if (value is { } limit) _number.Check(limit, where);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, double? value)
    {
        if (value is { } limit) json.WriteNumber(Name, limit);
    }
}
