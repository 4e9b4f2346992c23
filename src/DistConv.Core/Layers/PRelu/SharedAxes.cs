using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.PRelu;

/// <summary>Axes of a sample by Keras's numbers: height, width and channels of an image are 1, 2 and 3; a flat sample has axis 1 only.</summary>
/// <param name="First">Whether axis 1 is meant.</param>
/// <param name="Second">Whether axis 2 is meant.</param>
/// <param name="Third">Whether axis 3 is meant.</param>
public readonly record struct SharedAxes(bool First, bool Second, bool Third)
{
    /// <summary>The numbers in order.</summary>
    public IReadOnlyList<int> Numbers => [.. First ? [1] : (int[])[], .. Second ? [2] : (int[])[], .. Third ? [3] : (int[])[]];

    /// <summary>The shape of what is shared along these axes: 1 there.</summary>
    /// <param name="input">The shape of a sample.</param>
    /// <returns>Three sizes, or for a flat sample one.</returns>
    public IReadOnlyList<int> ShapeFor(TensorShape input) => input.IsFlat
        ? [First ? 1 : input.Channels]
        : [First ? 1 : input.Height, Second ? 1 : input.Width, Third ? 1 : input.Channels];
}

/// <summary>Axes as a list of numbers, or one number.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class SharedAxesSetting(string name) : LayerSetting<SharedAxes>(name)
{
    /// <inheritdoc/>
    public override SharedAxes Read(JsonFields fields, ModelNotes notes)
    {
        if (fields.Find(Name) is not { } value) return default;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        bool[] axes = new bool[3];
        foreach (JsonElement item in items)
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out int axis) || axis is < 1 or > 3)
                throw fields.WrongType(Name, "a list of 1 (height), 2 (width), 3 (channels)", value);
            axes[axis - 1] = true;
        }

        return new SharedAxes(axes[0], axes[1], axes[2]);
    }

    /// <inheritdoc/>
    public override void Check(SharedAxes value, string where)
    {
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, SharedAxes value)
    {
        json.WriteStartArray(Name);
        foreach (int axis in value.Numbers) json.WriteNumberValue(axis);
        json.WriteEndArray();
    }
}
