using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.RandomFlip;

/// <summary>How pictures may be mirrored.</summary>
public enum FlipMode
{
    /// <summary>Left to right, and top to bottom, each by a draw of its own.</summary>
    HorizontalAndVertical,

    /// <summary>Left to right.</summary>
    Horizontal,

    /// <summary>Top to bottom.</summary>
    Vertical,
}

/// <summary>A mode by Keras's name.</summary>
/// <param name="name">The name in JSON.</param>
internal sealed class FlipModeSetting(string name) : LayerSetting<FlipMode>(name)
{
    private static readonly string[] _names = ["horizontal_and_vertical", "horizontal", "vertical"];

    /// <inheritdoc/>
    public override FlipMode Read(JsonFields fields, ModelNotes notes)
    {
        if (fields.Text(Name) is not { } given) return FlipMode.HorizontalAndVertical;
        int index = Array.IndexOf(_names, given);
        return index >= 0 ? (FlipMode)index : throw new InvalidInputException(
            $"{fields.Where}: {fields.Spelling(Name)} {MessageText.Quote(given)} is unknown; known: {string.Join(", ", _names)}"
                + Suggestion.DidYouMean(given, _names));
    }

    /// <inheritdoc/>
    public override void Check(FlipMode value, string where)
    {
        if (!Enum.IsDefined(value)) throw new InvalidInputException($"{where}: {Name} {value} is unknown; known: {string.Join(", ", _names)}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, FlipMode value) => json.WriteString(Name, _names[(int)value]);
}
