using System.Text.Json;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.Keras;

/// <summary>Where the channels stand in a shape of three numbers.</summary>
public enum ChannelOrder
{
    /// <summary>Height, width, channels: "channels_last", in Keras 1 "tf". DistConv's own order.</summary>
    Last,

    /// <summary>Channels, height, width: "channels_first", in Keras 1 "th".</summary>
    First,
}

/// <summary>
/// The order of the numbers in a shape that Keras's vocabulary gives, such as <c>input_shape=(3, 256, 256)</c>. The rule: a stated order
/// (<c>data_format</c>, in Keras 1 <c>dim_ordering</c>) decides. Without one, the shape is channels first if its first number is 1 or 3, both others are
/// larger, and the last is not 3; otherwise it is channels last. The input of a model in DistConv's own vocabulary is always height, width, channels.
/// </summary>
public static class KerasShape
{
    /// <summary>The settings of a layer that state the order: Keras 2 and 3, Keras 1.</summary>
    internal static readonly string[] Settings = ["data_format", "dim_ordering"];

    /// <summary>The order that a setting states.</summary>
    /// <param name="setting">The value of <c>data_format</c> or <c>dim_ordering</c>.</param>
    /// <returns>The order; null for any other value.</returns>
    public static ChannelOrder? OrderOf(string? setting) => setting switch
    {
        "channels_last" or "tf" => ChannelOrder.Last,
        "channels_first" or "th" => ChannelOrder.First,
        _ => null,
    };

    /// <summary>Reads a shape.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="second">The second number.</param>
    /// <param name="third">The third number.</param>
    /// <param name="stated">The order that the layer states; null: it states none.</param>
    /// <returns>The shape, and which rule decided where a person might have meant the other order; otherwise null.</returns>
    public static (TensorShape Shape, string? Rule) Read(int first, int second, int third, ChannelOrder? stated)
    {
        bool looksFirst = first is 1 or 3 && third is not (1 or 3) && second > first && third > first;
        ChannelOrder order = stated ?? (looksFirst ? ChannelOrder.First : ChannelOrder.Last);
        TensorShape shape = order == ChannelOrder.First ? new TensorShape(second, third, first) : new TensorShape(first, second, third);
        if (!looksFirst && order == ChannelOrder.Last) return (shape, null);
        string meaning = $"({first}, {second}, {third}) means height {shape.Height}, width {shape.Width} and {Channels(shape.Channels)}";
        string reason = stated is not null
            ? $"{Name(order)} is stated"
            : $"no data_format is stated, and the first number is {first} while both others are larger. "
                + $"For {Name(ChannelOrder.Last)} state data_format='channels_last'";
        return (shape, $"{meaning} ({Name(order)}): {reason}");
    }

    /// <summary>The order that a layer states.</summary>
    internal static ChannelOrder? StatedBy(JsonFields layer) => Settings
        .Select(setting => layer.Find(setting) is { ValueKind: JsonValueKind.String } value ? OrderOf(value.GetString()) : null)
        .FirstOrDefault(order => order is not null);

    /// <summary>"channels first".</summary>
    internal static string Name(ChannelOrder order) => order == ChannelOrder.First ? "channels first" : "channels last";

    private static string Channels(int count) => count == 1 ? "1 channel" : $"{count} channels";
}
