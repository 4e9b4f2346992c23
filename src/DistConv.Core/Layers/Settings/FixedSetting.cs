using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>A setting of Keras's that a layer type takes in some spellings that all mean the same. The canonical JSON leaves it out.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="wanted">The spellings in words.</param>
/// <param name="accepts">Whether a value is one of them.</param>
internal sealed class FixedSetting(string name, string wanted, Func<JsonElement, bool> accepts) : LayerSetting<bool>(name)
{
    /// <inheritdoc/>
    public override bool Read(JsonFields fields, ModelNotes notes) =>
        fields.Find(Name) is not { } value || accepts(value) ? true : throw fields.WrongType(Name, wanted, value);

    /// <inheritdoc/>
    public override void Check(bool value, string where)
    {
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, bool value)
    {
    }
}
