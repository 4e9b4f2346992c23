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

    /// <summary>Keras's class of <see cref="Activation"/>.</summary>
    public const string ActivationClass = "Activation";

    /// <summary>Keras's layers that change nothing when a model is used: the pictures that they would vary in training pass as they are.</summary>
    public const string Identity = "identity";

    /// <summary>Keras's class of <see cref="Input"/>.</summary>
    public const string InputClass = "InputLayer";

    /// <summary>What is wrong with a second <see cref="InputClass"/>.</summary>
    public const string InputIsFirst = "must be the first layer, and the only one of its kind: a model has one input";

    /// <summary>What lists of our own spellings end with.</summary>
    public const string More = " (or as Keras spells them)";

    /// <summary>The newest generation of Keras, whose definitions hold where nothing is said.</summary>
    public const int Newest = 3;

    /// <summary>Layers that vary pictures in training and that DistConv lacks; those that change their size are not among them.</summary>
    private static readonly HashSet<string> _augmentation = new(StringComparer.Ordinal)
    {
        "RandomShear", "RandomPerspective", "RandomHue", "RandomSaturation", "RandomSharpness", "RandomGrayscale", "RandomInvert",
        "RandomPosterization", "RandomErasing", "RandomGaussianBlur", "RandomColorJitter", "RandomColorDegeneration", "RandomElasticTransform",
        "RandAugment", "AugMix", "MixUp", "CutMix",
    };

    /// <summary>Layers whose output has another size in each step of training.</summary>
    public static IReadOnlyList<string> Reshaping { get; } = ["RandomHeight", "RandomWidth"];

    /// <summary>Layers that pass on what they get.</summary>
    private static readonly HashSet<string> _nothing = new(StringComparer.Ordinal) { "Identity" };

    /// <summary>Layers of Keras that DistConv lacks: a name that is right needs no other one.</summary>
    private static readonly HashSet<string> _others = new(StringComparer.Ordinal)
    {
        "SELU", "GELU", "LayerNormalization", "GroupNormalization", "UnitNormalization", "SpectralNormalization",
        "RMSNormalization", "AutoContrast", "ZeroPadding1D", "ZeroPadding3D",
        "Cropping1D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "DepthwiseConv1D", "SeparableConv1D", "Conv2DTranspose",
        "Deconvolution2D", "Conv3DTranspose", "LocallyConnected2D", "ConvLSTM2D", "GlobalMaxPooling1D", "GlobalAveragePooling1D", "MaxPooling1D",
        "MaxPooling3D", "AveragePooling1D", "AveragePooling3D", "Dot", "RepeatVector", "SpatialDropout1D", "SpatialDropout3D", "Masking", "Embedding",
        "LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "TimeDistributed", "TimeDistributedDense", "Attention", "MultiHeadAttention", "MaxoutDense",
        "Highway", "LRN2D", "TFOpLambda", "TensorFlowOpLayer", "SlicingOpLambda",
    };

    /// <summary>Every spelling of a layer type, ours first.</summary>
    public static IEnumerable<string> TypeSpellings =>
        [.. LayerTypes.Names, .. LayerTypes.All.SelectMany(type => type.KerasNames), ActivationClass, Activation, InputClass];

    /// <summary>Our type for a spelling, or <see cref="Activation"/> or <see cref="Input"/>; null if there is none.</summary>
    public static string? TypeOf(string spelling) => spelling switch
    {
        ActivationClass or Activation => Activation,
        InputClass => Input,
        _ => LayerTypes.Find(spelling)?.Name ?? (_augmentation.Contains(spelling) || _nothing.Contains(spelling) ? Identity : null),
    };

    /// <summary>What is noted of a layer of <see cref="Identity"/>.</summary>
    public static string NoteOf(string spelling) => _nothing.Contains(spelling)
        ? $"{spelling} (it changes nothing)"
        : $"{spelling} (pictures are not varied in training)";

    /// <summary>The end of a message about an unknown layer: "; did you mean …?" where the name is no layer of Keras's.</summary>
    public static string DidYouMean(string spelling) => _others.Contains(spelling) ? "" : Suggestion.DidYouMean(spelling, TypeSpellings);

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
