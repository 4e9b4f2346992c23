using System.Text.RegularExpressions;

namespace DistConv.House.Tests.Checks;

/// <summary>Where a layer type is named outside its room: adding a layer is a folder, a line in each of two registries, and its form.</summary>
internal static class LayerRooms
{
    private const string Rooms = "src/DistConv.Core/Layers/";

    /// <summary>The files that may name any layer: the registries and the models that are built in.</summary>
    private static readonly string[] _registries =
        [$"{Rooms}LayerTypes.cs", "src/DistConv.Filters/Layers/LayerForms.cs", "src/DistConv.Core/Models/BuiltInModels.cs"];

    /// <summary>What the project is about, convolutions and their kernels, and dense layers, which are a stage of their own.</summary>
    private static readonly string[] _everywhere = ["Conv2D", "Dense"];

    /// <summary>Where another file has to know a layer: Keras's activations become part of the layer before, a mean or maximum over everything
    /// is a pooling.</summary>
    private static readonly (string Layer, string File)[] _exceptions =
    [
        ("Relu", "src/DistConv.Core/Models/LayerListReader.cs"),
        ("Softmax", "src/DistConv.Core/Models/LayerListReader.cs"),
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
                if (!mayName && Regex.IsMatch(text, $@"\b{layer}(Spec|Type|Layer|Form)\b")) yield return $"{file} names {layer}";
            }
        }
    }
}
