using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Concatenate;

/// <summary>The axis along which inputs are put one after another, as Keras counts: −1, or 3 for the channels of images and 1 for flat inputs. 3 becomes −1,
/// which the canonical JSON leaves out.</summary>
internal sealed class AxisSetting() : LayerSetting<int>("axis")
{
    /// <summary>The last axis.</summary>
    public const int Last = -1;

    /// <summary>The only axis of flat inputs, counted from the batch.</summary>
    public const int Flat = 1;

    private const int Channels = 3;
    private const string Wanted = "-1 or 3 (the channels of images), or -1 or 1 (flat inputs)";

    /// <inheritdoc/>
    public override int Read(JsonFields fields, ModelNotes notes)
    {
        if (fields.Find(Name) is not { } value) return Last;
        int axis = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int given) ? given : 0;
        return axis is Last or Flat ? axis : axis == Channels ? Last : throw fields.WrongType(Name, Wanted, value);
    }

    /// <inheritdoc/>
    public override void Check(int value, string where)
    {
        if (value is not (Last or Flat)) throw new InvalidInputException($"{where}: {Name} must be {Wanted}; it is {value}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, int value)
    {
        if (value != Last) json.WriteNumber(Name, value);
    }
}
