using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Models.Keras;

/// <summary>Keras's spellings, of version 1 (Convolution2D, nb_filter) and of versions 2 and 3 (Conv2D, filters), and ours for each.</summary>
internal static class KerasVocabulary
{
    /// <summary>Keras's layer that only says the input's shape; a model here has none.</summary>
    public const string Input = "input";

    /// <summary>Keras's layer of an activation; it becomes part of the layer before it, or a relu or softmax layer.</summary>
    public const string Activation = "activation";

    /// <summary>What lists of our own spellings end with.</summary>
    public const string More = " (or as Keras spells them)";

    /// <summary>The newest generation of Keras, whose definitions hold where nothing is said.</summary>
    public const int Newest = 3;

    private const string InputClass = "InputLayer";
    private const string ActivationClass = "Activation";

    /// <summary>Every spelling of a layer type, ours first.</summary>
    public static IEnumerable<string> TypeSpellings =>
        [.. LayerTypes.Names, .. LayerTypes.All.SelectMany(type => type.KerasNames), ActivationClass, Activation, InputClass];

    /// <summary>Our type for a spelling, or <see cref="Activation"/> or <see cref="Input"/>; null if there is none.</summary>
    public static string? TypeOf(string spelling) => spelling switch
    {
        ActivationClass or Activation => Activation,
        InputClass => Input,
        _ => LayerTypes.Find(spelling)?.Name,
    };

    /// <summary>Our name for a property of a layer type; what is no spelling of Keras's stays as it is.</summary>
    public static string PropertyOf(string type, string spelling) => LayerTypes.Find(type)?.PropertyOf(spelling) ?? spelling;

    /// <summary>A type's properties in our vocabulary.</summary>
    public static IReadOnlyList<string> Known(string type) => type switch
    {
        Activation => ["type", "name", "activation"],
        Input => ["type", "name"],
        _ => LayerTypes.Find(type)!.Properties,
    };

    /// <summary>Keras's spellings of a type's properties.</summary>
    public static IEnumerable<string> Spellings(string type)
    {
        IReadOnlyList<LayerSetting> settings = LayerTypes.Find(type)?.Settings ?? [];
        return [.. settings.SelectMany(setting => setting.KerasNames.Concat(setting.OwnSpellings)), .. KerasSettings.Names, .. KerasInput.Names];
    }
}
