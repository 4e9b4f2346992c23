using System.Text.RegularExpressions;

namespace DistConv.House.Tests.Checks;

/// <summary>Where a layer type is named outside its room: adding a layer is a folder, a line in each of two registries, and its form.</summary>
internal static class LayerRooms
{
    private const string Rooms = "src/DistConv.Core/Layers/";

    /// <summary>The models that are built in use layers as any model does.</summary>
    private const string BuiltInModels = "src/DistConv.Core/Models/BuiltIn";

    /// <summary>The files that name all layers.</summary>
    private static readonly string[] _registries = [$"{Rooms}LayerTypes.cs", "src/DistConv.Filters/Layers/LayerForms.cs"];

    /// <summary>What the project is about, convolutions and their kernels, and dense layers, which are a stage of their own.</summary>
    private static readonly string[] _everywhere = ["Conv2D", "Dense"];

    /// <summary>Where another file has to know a layer: Keras's activations become part of the layer before, a mean or maximum over everything
    /// is a pooling.</summary>
    private static readonly (string Layer, string File)[] _exceptions =
    [
        ("Relu", "src/DistConv.Core/Models/LayerListReader.cs"),
        ("Softmax", "src/DistConv.Core/Models/LayerListReader.cs"),
        ("Relu", "src/DistConv.Core/Models/SplitActivations.cs"),
        ("Softmax", "src/DistConv.Core/Models/SplitActivations.cs"),
        ("Flatten", "src/DistConv.Core/Models/LayerHeader.cs"),
        ("AvgPool2D", $"{Rooms}GlobalAvgPool2D/GlobalAvgPool2DType.cs"),
        ("MaxPool2D", $"{Rooms}GlobalMaxPool2D/GlobalMaxPool2DType.cs"),
    ];

    /// <summary>The layer types: folders with a type in them.</summary>
    public static IReadOnlyList<string> Layers(IEnumerable<string> files) =>
        [.. files.Where(file => file.StartsWith(Rooms, StringComparison.Ordinal)).Select(file => file[Rooms.Length..].Split('/'))
            .Where(parts => parts is [var folder, var name] && name == $"{folder}Type.cs").Select(parts => parts[0])];

    /// <summary>Files that name a layer and should not.</summary>
    public static IEnumerable<string> Outside(IReadOnlyList<string> layers, IEnumerable<(string File, string Text)> sources)
    {
        foreach ((string file, string text) in sources)
        {
            foreach (string layer in layers)
            {
                bool mayName = _everywhere.Contains(layer) || _registries.Contains(file) || _exceptions.Contains((layer, file))
                    || file.StartsWith($"{Rooms}{layer}/", StringComparison.Ordinal) || file == $"src/DistConv.Filters/Layers/{layer}Form.cs";
                if (!mayName && IsUser(layer, file, text)) yield return $"{file} names {layer}";
            }
        }
    }

    /// <summary>Layers for which more files have to be touched than their folder and <paramref name="limit"/> others.</summary>
    public static IEnumerable<string> Crowded(IReadOnlyList<string> layers, IReadOnlyList<(string File, string Text)> sources, int limit)
    {
        foreach (string layer in layers.Except(_everywhere))
        {
            string[] users = [.. sources.Where(source => !source.File.StartsWith($"{Rooms}{layer}/", StringComparison.Ordinal)
                && !_exceptions.Contains((layer, source.File)) && IsUser(layer, source.File, source.Text)).Select(source => source.File)];
            if (users.Length > limit) yield return $"{layer} is named by {users.Length} files: {string.Join(", ", users)}";
        }
    }

    private static bool IsUser(string layer, string file, string text) =>
        !file.StartsWith(BuiltInModels, StringComparison.Ordinal) && Regex.IsMatch(text, $@"\b{layer}(Spec|Type|Layer|Form)\b");
}
