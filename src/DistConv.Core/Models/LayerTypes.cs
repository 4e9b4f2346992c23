namespace DistConv.Core.Models;

/// <summary>The layer types of model JSON: spelling, default name, properties.</summary>
internal static class LayerTypes
{
    public const string Conv2D = "conv2d";
    public const string MaxPool2D = "maxpool2d";
    public const string AvgPool2D = "avgpool2d";
    public const string GlobalAvgPool2D = "globalavgpool2d";
    public const string Flatten = "flatten";
    public const string Dense = "dense";
    public const string Dropout = "dropout";
    public const string Relu = "relu";
    public const string Softmax = "softmax";

    /// <summary>All types, in the order in which messages list them.</summary>
    public static readonly IReadOnlyList<string> Names = [Conv2D, MaxPool2D, AvgPool2D, GlobalAvgPool2D, Flatten, Dense, Dropout, Relu, Softmax];

    /// <summary>A type's properties in canonical order.</summary>
    public static IReadOnlyList<string> Properties(string type) => type switch
    {
        Conv2D => ["type", "name", "filters", "kernel", "strides", "padding", "activation", "kernelInitializer", "biasInitializer", "useBias"],
        Dense => ["type", "name", "units", "activation", "kernelInitializer", "biasInitializer", "useBias"],
        MaxPool2D or AvgPool2D => ["type", "name", "pool", "strides", "padding"],
        Dropout => ["type", "name", "rate"],
        GlobalAvgPool2D or Flatten or Relu or Softmax => ["type", "name"],
        _ => throw new InvalidOperationException($"layers of type {type} have no list of properties"),
    };

    /// <summary>What a default name begins with: the type without its dimension ("conv" of "conv2d").</summary>
    public static string NamePrefix(string type) => type.EndsWith("2d", StringComparison.Ordinal) ? type[..^2] : type;
}
