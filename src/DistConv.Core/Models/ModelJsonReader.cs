using System.Text.Json;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>Reads model JSON: vocabulary and types of values. Ranges and shapes are <see cref="ShapeInference"/>'s.</summary>
internal static class ModelJsonReader
{
    private static readonly string[] ModelProperties = ["name", "input", "layers"];

    public static ModelSpec Read(ReadOnlyMemory<byte> utf8, string source)
    {
        using JsonDocument document = JsonText.Parse(utf8, source);
        JsonFields model = new(document.RootElement, source);
        model.OnlyKnown(ModelProperties);
        string name = model.Text("name") ?? NameOf(source);
        int[] input = model.RequiredWholes("input", 3, "[28, 28, 1]");
        JsonElement layers = model.Required("layers", "[...]");
        if (layers.ValueKind != JsonValueKind.Array) throw new InvalidInputException($"{source}: layers must be a list [...]");
        if (layers.GetArrayLength() > ModelLimits.MaxLayers)
            throw new InvalidInputException($"{source}: the model has {layers.GetArrayLength():N0} layers; at most {ModelLimits.MaxLayers:N0} are possible");
        return new ModelSpec(name, new TensorShape(input[0], input[1], input[2]), ReadLayers(layers, source));
    }

    private static LayerSpec[] ReadLayers(JsonElement layers, string source)
    {
        (JsonFields Fields, string Type, string? Name)[] headers = [.. layers.EnumerateArray().Select((layer, index) => ReadHeader(layer, source, index))];
        HashSet<string> taken = [.. headers.Where(header => header.Name is not null).Select(header => header.Name!)];
        Dictionary<string, int> ordinals = [];
        LayerSpec[] specs = new LayerSpec[headers.Length];
        for (int i = 0; i < headers.Length; i++)
        {
            (JsonFields fields, string type, string? name) = headers[i];
            ordinals[type] = ordinals.GetValueOrDefault(type) + 1;
            name ??= DefaultName(type, ordinals[type], taken);
            specs[i] = ReadLayer(fields.At($"{source}: layer {i + 1} {MessageText.Quote(name)} ({type})"), type, name);
        }

        return specs;
    }

    private static (JsonFields Fields, string Type, string? Name) ReadHeader(JsonElement layer, string source, int index)
    {
        string where = $"{source}: layer {index + 1}";
        JsonFields fields = new(layer, where);
        string type = fields.RequiredText("type", "\"conv2d\"");
        if (!LayerTypes.Names.Contains(type))
        {
            throw new InvalidInputException(
                $"{where}: unknown layer {MessageText.Quote(type)}; known: {string.Join(", ", LayerTypes.Names)}{Suggestion.DidYouMean(type, LayerTypes.Names)}");
        }

        fields = fields.At($"{where} ({type})");
        return (fields, type, fields.Text("name"));
    }

    private static string DefaultName(string type, int ordinal, HashSet<string> taken)
    {
        string name = $"{LayerTypes.NamePrefix(type)}{ordinal}";
        while (!taken.Add(name)) name = $"{LayerTypes.NamePrefix(type)}{++ordinal}";
        return name;
    }

    private static LayerSpec ReadLayer(JsonFields fields, string type, string name)
    {
        fields.OnlyKnown(LayerTypes.Properties(type));
        return type switch
        {
            LayerTypes.Conv2D => ReadConvolution(fields, name),
            LayerTypes.Dense => new DenseSpec(
                name,
                fields.RequiredWhole("units", "128"),
                fields.Choice("activation", Activation.Linear),
                fields.Initializer("kernelInitializer", InitializerRules.DefaultKernel),
                fields.Initializer("biasInitializer", InitializerRules.DefaultBias),
                fields.Flag("useBias", true)),
            LayerTypes.MaxPool2D or LayerTypes.AvgPool2D => ReadPooling(fields, type, name),
            LayerTypes.GlobalAvgPool2D => new GlobalAvgPool2DSpec(name),
            LayerTypes.Flatten => new FlattenSpec(name),
            LayerTypes.Relu => new ReluSpec(name),
            LayerTypes.Softmax => new SoftmaxSpec(name),
            _ => new DropoutSpec(name, fields.RequiredNumber("rate", "0.25")),
        };
    }

    private static Conv2DSpec ReadConvolution(JsonFields fields, string name)
    {
        int filters = fields.RequiredWhole("filters", "32");
        (int kernelH, int kernelW) = fields.RequiredPair("kernel", "[3, 3]");
        (int strideH, int strideW) = fields.Pair("strides", (1, 1));
        return new Conv2DSpec(
            name,
            filters,
            kernelH,
            kernelW,
            strideH,
            strideW,
            fields.Choice("padding", Padding.Valid),
            fields.Choice("activation", Activation.Linear),
            fields.Initializer("kernelInitializer", InitializerRules.DefaultKernel),
            fields.Initializer("biasInitializer", InitializerRules.DefaultBias),
            fields.Flag("useBias", true));
    }

    private static Pool2DSpec ReadPooling(JsonFields fields, string type, string name)
    {
        (int poolH, int poolW) = fields.Pair("pool", (2, 2));
        (int strideH, int strideW) = fields.Pair("strides", (poolH, poolW));
        Padding padding = fields.Choice("padding", Padding.Valid);
        return type == LayerTypes.MaxPool2D
            ? new MaxPool2DSpec(name, poolH, poolW, strideH, strideW, padding)
            : new AvgPool2DSpec(name, poolH, poolW, strideH, strideW, padding);
    }

    /// <summary>A model without a name is called as its file is, with '-' for what a name cannot have.</summary>
    private static string NameOf(string source)
    {
        string stem = Path.GetFileNameWithoutExtension(source);
        char[] name = [.. stem.Take(ModelLimits.MaxNameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '-')];
        return name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) ? new string(name) : "model";
    }
}
