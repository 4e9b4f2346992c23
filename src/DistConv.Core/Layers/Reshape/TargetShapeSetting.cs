using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Reshape;

/// <summary>An image [height, width, channels], or a list [n]; one of the sizes may be −1. Keras's [n, channels] is read as an image with one column: its
/// values stand in the same order, and what Keras applies to its last axis is applied to the channels.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class TargetShapeSetting(string name) : LayerSetting<TensorShape>(name)
{
    /// <summary>The size that follows from the others.</summary>
    public const int Rest = -1;

    private const string Example = "[7, 7, 16]";
    private const string Wanted =
        "[height, width, channels] or [n], whole numbers from 1 of which one may be -1 (what is left of the input), such as [7, 7, -1]";

    /// <inheritdoc/>
    public override TensorShape Read(JsonFields fields, ModelNotes notes)
    {
        JsonElement value = fields.Required(Name, Example);
        if (value.ValueKind != JsonValueKind.Array) throw fields.WrongType(Name, Wanted, value);
        int[] sizes = [.. value.EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out int whole) ? whole : 0)];
        TensorShape shape = sizes switch
        {
            [var height, var width, var channels] => new TensorShape(height, width, channels),
            [var rows, var channels] => new TensorShape(rows, 1, channels),
            [var n] => TensorShape.Flat(n),
            _ => default,
        };
        if (!IsShape(shape)) throw fields.WrongType(Name, Wanted, value);
        if (sizes.Length == 2) notes.Decide($"{fields.Spelling(Name)} {MessageText.Short(value.GetRawText())} is an image with one column, {shape}");
        return shape;
    }

    /// <inheritdoc/>
    public override void Check(TensorShape value, string where)
    {
        if (!IsShape(value)) throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, TensorShape value)
    {
        json.WriteStartArray(Name);
        if (!value.IsFlat) json.WriteNumberValue(value.Height);
        if (!value.IsFlat) json.WriteNumberValue(value.Width);
        json.WriteNumberValue(value.Channels);
        json.WriteEndArray();
    }

    private static bool IsShape(TensorShape shape)
    {
        int[] sizes = [shape.Height, shape.Width, shape.Channels];
        int most = shape.IsFlat ? ModelLimits.MaxActivation : ModelLimits.MaxDimension;
        return sizes.All(size => size == Rest || (size >= 1 && size <= most)) && sizes.Count(size => size == Rest) <= 1;
    }
}
