using System.Text.Json;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Settings;

/// <summary>
/// Rows and columns at the edges of an image, each from 0 to 65,536, in any spelling of Keras's: one number for all sides; two, [rows, columns] on each side;
/// [[top, bottom], [left, right]], which is the canonical form; and Keras 1's four, [top, bottom, left, right], or an object of them.
/// </summary>
/// <param name="name">The name in JSON.</param>
internal sealed class BordersSetting(string name) : LayerSetting<Borders>(name)
{
    private const string Wanted =
        "one whole number, two ([rows, columns] on each side) or [[top, bottom], [left, right]], each from 0 to 65,536, such as [[1, 1], [2, 2]]";

    private static readonly string[] _sides = ["top_pad", "bottom_pad", "left_pad", "right_pad"];

    /// <summary>The default; null: it has to be given.</summary>
    public Borders? Default { get; init; }

    /// <inheritdoc/>
    public override Borders Read(JsonFields fields, ModelNotes notes)
    {
        if (Default is { } fallback && !fields.Has(Name)) return fallback;
        JsonElement value = fields.Required(Name, "[[1, 1], [2, 2]]");
        return Of(value) ?? throw fields.WrongType(Name, Wanted, value);
    }

    /// <inheritdoc/>
    public override void Check(Borders value, string where)
    {
        bool isValid = IsSize(value.Top) && IsSize(value.Bottom) && IsSize(value.Left) && IsSize(value.Right);
        if (!isValid) throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Borders value)
    {
        json.WriteStartArray(Name);
        Write(value.Top, value.Bottom);
        Write(value.Left, value.Right);
        json.WriteEndArray();

        void Write(int before, int after)
        {
            json.WriteStartArray();
            json.WriteNumberValue(before);
            json.WriteNumberValue(after);
            json.WriteEndArray();
        }
    }

    private static bool IsSize(int value) => value is >= 0 and <= ModelLimits.MaxDimension;

    private static Borders? Of(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object) return OfObject(value);
        if (Size(value) is { } all) return Borders.Symmetric(all, all);
        if (value.ValueKind != JsonValueKind.Array) return null;
        if (value.GetArrayLength() == 2 && Sizes(value[0], 2) is [var top, var bottom] && Sizes(value[1], 2) is [var left, var right])
            return new Borders(top, bottom, left, right);
        return Sizes(value, value.GetArrayLength()) switch
        {
            [var rows, var columns] => Borders.Symmetric(rows, columns),
            [var above, var below, var before, var after] => new Borders(above, below, before, after),
            _ => null,
        };
    }

    /// <summary>Keras 1's dictionary; a side that it does not name has none.</summary>
    private static Borders? OfObject(JsonElement value)
    {
        if (value.EnumerateObject().Any(side => !_sides.Contains(side.Name) || Size(side.Value) is null)) return null;
        int[] sizes = [.. _sides.Select(side => value.TryGetProperty(side, out JsonElement size) ? Size(size)!.Value : 0)];
        return new Borders(sizes[0], sizes[1], sizes[2], sizes[3]);
    }

    private static int[]? Sizes(JsonElement value, int count)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != count) return null;
        int?[] sizes = [.. value.EnumerateArray().Select(Size)];
        return sizes.Contains(null) ? null : [.. sizes.Select(size => size!.Value)];
    }

    private static int? Size(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int size) && IsSize(size) ? size : null;
}
