using System.Text.Json;
using DistConv.Core.Initializers;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>One of an enumeration's names in lower case; the first is the default.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
/// <param name="name">The name in JSON.</param>
internal sealed class ChoiceSetting<T>(string name) : LayerSetting<T>(name)
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override T Read(JsonFields fields, ModelNotes notes) => fields.Choice(Name, default(T));

    /// <inheritdoc/>
    public override void Check(T value, string where)
    {
        if (!Enum.IsDefined(value)) throw new InvalidInputException($"{where}: {Name} {value} is unknown; known: {string.Join(", ", Enum.GetNames<T>())}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, T value) => json.WriteString(Name, value.ToString().ToLowerInvariant());
}

/// <summary>True or false.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="fallback">The default.</param>
internal sealed class FlagSetting(string name, bool fallback) : LayerSetting<bool>(name)
{
    /// <summary>Whether the canonical JSON has it only where it is not the default: a setting that older texts do not have.</summary>
    public bool IsLeftOutByDefault { get; init; }

    /// <inheritdoc/>
    public override bool Read(JsonFields fields, ModelNotes notes) => fields.Flag(Name, fallback);

    /// <inheritdoc/>
    public override void Check(bool value, string where)
    {
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, bool value)
    {
        if (!IsLeftOutByDefault || value != fallback) json.WriteBoolean(Name, value);
    }
}

/// <summary>An initialiser: its name, or an object of its name and settings, in our vocabulary or Keras's.</summary>
/// <param name="name">The name in JSON.</param>
/// <param name="fallback">The default.</param>
internal sealed class InitializerSetting(string name, InitializerSpec fallback) : LayerSetting<InitializerSpec>(name)
{
    /// <inheritdoc/>
    public override InitializerSpec Read(JsonFields fields, ModelNotes notes) =>
        fields.Find(Name) is { } value ? InitializerRules.Read(fields, Name, value, notes) : fallback;

    /// <inheritdoc/>
    public override void Check(InitializerSpec value, string where) => InitializerRules.Check(value, where, Name);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, InitializerSpec value) => InitializerRules.Write(json, Name, value);
}
