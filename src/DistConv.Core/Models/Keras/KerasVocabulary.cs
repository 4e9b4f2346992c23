namespace DistConv.Core.Models.Keras;

/// <summary>Keras's spellings, of version 1 (Convolution2D, nb_filter) and of versions 2 and 3 (Conv2D, filters), and ours for each.</summary>
internal static class KerasVocabulary
{
    /// <summary>Keras's layer that only says the input's shape; a model here has none.</summary>
    public const string Input = "input";

    /// <summary>Keras's layer of an activation; it becomes part of the layer before it, or a relu or softmax layer.</summary>
    public const string Activation = "activation";

    /// <summary>Kernel rows and columns in Keras 1.</summary>
    public const string Rows = "nb_row", Columns = "nb_col";

    /// <summary>What lists of our own spellings end with.</summary>
    public const string More = " (or as Keras spells them)";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["Conv2D"] = LayerTypes.Conv2D,
        ["Convolution2D"] = LayerTypes.Conv2D,
        ["MaxPooling2D"] = LayerTypes.MaxPool2D,
        ["MaxPool2D"] = LayerTypes.MaxPool2D,
        ["AveragePooling2D"] = LayerTypes.AvgPool2D,
        ["AvgPool2D"] = LayerTypes.AvgPool2D,
        ["GlobalAveragePooling2D"] = LayerTypes.GlobalAvgPool2D,
        ["GlobalAvgPool2D"] = LayerTypes.GlobalAvgPool2D,
        ["Flatten"] = LayerTypes.Flatten,
        ["Dense"] = LayerTypes.Dense,
        ["Dropout"] = LayerTypes.Dropout,
        ["ReLU"] = LayerTypes.Relu,
        ["Softmax"] = LayerTypes.Softmax,
        ["Activation"] = Activation,
        [Activation] = Activation,
        ["InputLayer"] = Input,
    };

    private static readonly Dictionary<string, string> Properties = new(StringComparer.Ordinal)
    {
        ["nb_filter"] = "filters",
        ["kernel_size"] = "kernel",
        ["subsample"] = "strides",
        ["border_mode"] = "padding",
        ["pool_size"] = "pool",
        ["output_dim"] = "units",
        ["init"] = "kernelInitializer",
        ["kernel_initializer"] = "kernelInitializer",
        ["bias_initializer"] = "biasInitializer",
        ["use_bias"] = "useBias",
        ["bias"] = "useBias",
        ["p"] = "rate",
    };

    /// <summary>Every spelling of a layer type, ours first.</summary>
    public static IEnumerable<string> TypeSpellings => LayerTypes.Names.Concat(Types.Keys);

    /// <summary>Our type for a spelling, or <see cref="Activation"/> or <see cref="Input"/>; null if there is none.</summary>
    public static string? TypeOf(string spelling) => LayerTypes.Names.Contains(spelling) ? spelling : Types.GetValueOrDefault(spelling);

    /// <summary>Our name for a property of a layer type; what is no spelling of Keras's stays as it is.</summary>
    public static string PropertyOf(string type, string spelling) =>
        Properties.TryGetValue(spelling, out string? own) && Known(type).Contains(own) ? own : spelling;

    /// <summary>A type's properties in our vocabulary.</summary>
    public static IReadOnlyList<string> Known(string type) => type switch
    {
        Activation => ["type", "name", "activation"],
        Input => ["type", "name"],
        _ => LayerTypes.Properties(type),
    };

    /// <summary>Keras's spellings of a type's properties.</summary>
    public static IEnumerable<string> Spellings(string type)
    {
        IEnumerable<string> translated = Properties.Keys.Where(spelling => PropertyOf(type, spelling) != spelling);
        return [.. translated, .. type == LayerTypes.Conv2D ? [Rows, Columns] : (string[])[], .. KerasSettings.Names, .. KerasInput.Names];
    }
}
