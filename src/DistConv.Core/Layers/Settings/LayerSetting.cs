using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Settings;

/// <summary>
/// One setting of a layer type: its name in JSON, Keras's spellings of it, and how it is read, checked and written. Error messages and the canonical JSON
/// follow from it.
/// </summary>
/// <param name="name">The name in JSON, such as "kernelInitializer".</param>
internal abstract class LayerSetting(string name)
{
    /// <summary>The name in JSON.</summary>
    public string Name => name;

    /// <summary>Keras's names for it, of any generation.</summary>
    public IReadOnlyList<string> KerasNames { get; init; } = [];

    /// <summary>Whether Keras writes null for the default.</summary>
    public bool NullIsDefault { get; init; }

    /// <summary>Names that are read for this setting only, and translated by it: they are not checked against <see cref="KerasNames"/>.</summary>
    public virtual IReadOnlyList<string> OwnSpellings => [];
}

/// <summary>A setting whose value is a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="name">The name in JSON.</param>
internal abstract class LayerSetting<T>(string name) : LayerSetting(name)
{
    /// <summary>Reads it, or gives the default.</summary>
    /// <param name="fields">The layer's properties under our names.</param>
    /// <param name="notes">Takes what was translated.</param>
    /// <exception cref="InvalidInputException">It is missing and has no default, or is no such value.</exception>
    public abstract T Read(JsonFields fields, ModelNotes notes);

    /// <summary>Checks a value that may not come from JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="where">The beginning of the message.</param>
    /// <exception cref="InvalidInputException">It is outside its range.</exception>
    public abstract void Check(T value, string where);

    /// <summary>Writes it in canonical JSON.</summary>
    public abstract void Write(Utf8JsonWriter json, T value);
}

/// <summary>A setting of a layer record: where its value stands.</summary>
/// <typeparam name="TSpec">The layer's record.</typeparam>
internal abstract class BoundSetting<TSpec>
    where TSpec : LayerSpec
{
    /// <summary>The setting.</summary>
    public abstract LayerSetting Setting { get; }

    /// <summary>Checks the layer's value.</summary>
    public abstract void Check(TSpec layer, string where);

    /// <summary>Writes the layer's value.</summary>
    public abstract void Write(Utf8JsonWriter json, TSpec layer);
}

/// <summary>A setting whose value is a <typeparamref name="T"/>, and how to get it from a layer.</summary>
/// <typeparam name="TSpec">The layer's record.</typeparam>
/// <typeparam name="T">The value.</typeparam>
internal sealed class BoundSetting<TSpec, T>(LayerSetting<T> setting, Func<TSpec, T> value) : BoundSetting<TSpec>
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    public override LayerSetting Setting => setting;

    /// <inheritdoc/>
    public override void Check(TSpec layer, string where) => setting.Check(value(layer), where);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, TSpec layer) => setting.Write(json, value(layer));
}

/// <summary>Reads the settings of one layer.</summary>
/// <param name="Fields">Its properties under our names.</param>
/// <param name="Notes">Takes what was translated.</param>
internal readonly record struct SettingReader(JsonFields Fields, ModelNotes Notes)
{
    /// <summary>Reads a setting.</summary>
    public T Get<T>(LayerSetting<T> setting) => setting.Read(Fields, Notes);
}
