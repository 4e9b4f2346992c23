using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>What holds for a model whatever the shapes: its names, its input, its number of layers.</summary>
internal static class ModelRules
{
    /// <summary>The beginning of every message about a layer; layers count from 1.</summary>
    public static string Where(string source, int number, LayerSpec layer) => $"{source}: layer {number} {MessageText.Quote(layer.Name)} ({layer.Type})";

    public static bool IsName(string name) =>
        name.Length is > 0 and <= ModelLimits.MaxNameLength && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>Checks what no layer is to blame for.</summary>
    public static void CheckModel(ModelSpec model, string source)
    {
        CheckName(model.Name, source);
        CheckInput(model.Input, source);
        if (model.Layers.Count == 0) throw new InvalidInputException($"{source}: the model has no layers; give at least a dense layer");
        if (model.Layers.Count > ModelLimits.MaxLayers)
            throw new InvalidInputException($"{source}: the model has {model.Layers.Count:N0} layers; at most {ModelLimits.MaxLayers:N0} are possible");
    }

    /// <summary>Checks the layers' names.</summary>
    public static void CheckNames(IReadOnlyList<LayerSpec> layers, string source, IReadOnlyList<int> numbers, ProblemList problems)
    {
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < layers.Count; i++)
        {
            LayerSpec layer = layers[i];
            int number = numbers[i];
            problems.Try(() => CheckName(layer.Name, Where(source, number, layer)));
            if (!indices.TryAdd(layer.Name, i))
                problems.Add(new InvalidInputException(
                    $"{Where(source, number, layer)}: layer {numbers[indices[layer.Name]]} has the same name; names must be unique"));
        }
    }

    private static void CheckName(string name, string where)
    {
        if (IsName(name)) return;
        throw new InvalidInputException(
            $"{where}: name must be 1 to {ModelLimits.MaxNameLength} letters, digits, '_', '-' or '.', the first a letter or a digit; it is "
                + $"{MessageText.Quote(name)}");
    }

    private static void CheckInput(TensorShape input, string source)
    {
        if (input.IsFlat) throw new InvalidInputException($"{source}: input must be [height, width, channels]; it is {input}");
        SizeSetting.Check(source, "input height", input.Height);
        SizeSetting.Check(source, "input width", input.Width);
        SizeSetting.Check(source, "input channels", input.Channels);
        long values = (long)input.Height * input.Width * input.Channels;
        if (values > ModelLimits.MaxActivation)
            throw new InvalidInputException(
                $"{source}: the input {input} has {values:N0} values a sample; at most {ModelLimits.MaxActivation:N0} are possible");
    }
}
