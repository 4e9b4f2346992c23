using System.Text.Json;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.Keras;

/// <summary>
/// Keras's numbers of axes: of an image 1 to 3, of a vector 1, or from the end −1 ….  What DistConv does along an axis it does along the channels, its last
/// one, whatever their place was in Keras.
/// </summary>
/// <param name="order">The order of channels of the model.</param>
internal sealed class KerasAxis(ChannelOrder order)
{
    private static readonly string[] _names = ["axis", "concat_axis"];

    /// <summary>Takes out an axis that is the channels'.</summary>
    /// <param name="fields">A layer.</param>
    /// <param name="input">The shape of its input; null: unknown, an image.</param>
    /// <exception cref="InvalidInputException">The axis is another one.</exception>
    public JsonFields Read(JsonFields fields, TensorShape? input)
    {
        int rank = input is { IsFlat: true } ? 2 : 4;
        int channels = rank == 4 && order == ChannelOrder.First ? 1 : rank - 1;
        foreach (string name in _names)
        {
            if (fields.Find(name) is not { } value) continue;
            if (NumberOf(value) is not { } axis || (axis < 0 ? axis + rank : axis) != channels)
                throw fields.WrongType(name, Supported(rank, channels), value);
            fields = fields.Without(property => property == name);
        }

        return fields;
    }

    private static int? NumberOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1) value = value[0];
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;
    }

    private string Supported(int rank, int channels)
    {
        string place = rank == 2 ? "a flat input" : order == ChannelOrder.First ? "an image with channels first" : "an image";
        return channels == rank - 1 ? $"-1 or {channels}, the channels of {place} (nothing else is supported)" : $"{channels}, the channels of {place}";
    }
}
