using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>A size from 1 to 65,536.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="example">What messages show.</param>
internal sealed class SizeSetting(string name, string example) : LayerSetting<int>(name)
{
    /// <summary>The default; null: it has to be given.</summary>
    public int? Default { get; init; }

    /// <summary>Whether the canonical JSON has it only where it is not the default: a setting that older texts do not have.</summary>
    public bool IsLeftOutByDefault { get; init; }

    /// <inheritdoc/>
    public override int Read(JsonFields fields, ModelNotes notes) =>
        Default is { } fallback && !fields.Has(Name) ? fallback : fields.RequiredSize(Name, example);

    /// <inheritdoc/>
    public override void Check(int value, string where) => Check(where, Name, value);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, int value)
    {
        if (!IsLeftOutByDefault || value != Default) json.WriteNumber(Name, value);
    }

    /// <summary>Checks a size.</summary>
    public static void Check(string where, string property, int value)
    {
        if (value is < 1 or > ModelLimits.MaxDimension) throw new InvalidInputException(JsonFields.SizeMessage(where, property, $"{value}"));
    }
}

/// <summary>Height and width, each from 1 to 65,536: one number for both, or two.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="example">What messages show where it has to be given.</param>
internal sealed class SizePairSetting(string name, string example = "") : LayerSetting<(int Height, int Width)>(name)
{
    /// <summary>The default; null: it has to be given.</summary>
    public (int Height, int Width)? Default { get; init; }

    /// <summary>Whether the canonical JSON has it only where it is not the default: a setting that older texts do not have.</summary>
    public bool IsLeftOutByDefault { get; init; }

    /// <summary>Keras 1's two properties for it: rows and columns; null: it had none.</summary>
    public (string Rows, string Columns)? Sides { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> OwnSpellings => Sides is { } sides ? [sides.Rows, sides.Columns] : [];

    /// <inheritdoc/>
    public override (int Height, int Width) Read(JsonFields fields, ModelNotes notes)
    {
        if (Sides is { } sides && (fields.Has(sides.Rows) || fields.Has(sides.Columns))) return ReadSides(fields, sides, notes);
        return Default is { } fallback ? fields.Pair(Name, fallback) : fields.RequiredPair(Name, example);
    }

    /// <summary>Reads it where another setting gives the default.</summary>
    public (int Height, int Width) Read(JsonFields fields, (int Height, int Width) fallback) => fields.Pair(Name, fallback);

    /// <inheritdoc/>
    public override void Check((int Height, int Width) value, string where)
    {
        SizeSetting.Check(where, Name, value.Height);
        SizeSetting.Check(where, Name, value.Width);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, (int Height, int Width) value)
    {
        if (IsLeftOutByDefault && value == Default) return;
        json.WriteStartArray(Name);
        json.WriteNumberValue(value.Height);
        json.WriteNumberValue(value.Width);
        json.WriteEndArray();
    }

    private (int Height, int Width) ReadSides(JsonFields fields, (string Rows, string Columns) sides, ModelNotes notes)
    {
        string side = fields.Has(sides.Rows) ? sides.Rows : sides.Columns;
        if (fields.Has(Name)) fields.Without(property => property != Name && property != side).Renamed(_ => Name); // Refuses: said twice.
        notes.Translate($"{sides.Rows}, {sides.Columns}", Name);
        return (fields.RequiredSize(sides.Rows, "3"), fields.RequiredSize(sides.Columns, "3"));
    }
}
