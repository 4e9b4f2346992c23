namespace DistConv.Core.Reading;

/// <summary>What a model may be at most. Generous for CPUs; within these limits no size computed anywhere overflows.</summary>
public static class ModelLimits
{
    /// <summary>Each of height, width, channels, filters, units, kernel, pool and strides: 1 to 65,536.</summary>
    public const int MaxDimension = 65_536;

    /// <summary>Parameters of all layers together: 500 million (2 GB).</summary>
    public const int MaxParameters = 500_000_000;

    /// <summary>Values of one sample between two layers: 100 million (400 MB).</summary>
    public const int MaxActivation = 100_000_000;

    /// <summary>Layers of a model.</summary>
    public const int MaxLayers = 1_000;

    /// <summary>Bytes of a model's JSON text: 4 MiB. Keras 3 writes about 1.3 KB a layer.</summary>
    public const int MaxJsonBytes = 4 << 20;

    /// <summary>Characters of a model's or a layer's name.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Depth of nesting in a model's JSON text; a model needs 4, and each model inside a model up to 4 more.</summary>
    internal const int MaxJsonDepth = 64;
}
