using DistConv.Core.Initializers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>What holds for a model and for a layer by themselves, whatever the shapes: names, ranges, settings.</summary>
internal static class LayerRules
{
    /// <summary>The beginning of every message about a layer; layers count from 1.</summary>
    public static string Where(string source, int number, LayerSpec layer) => $"{source}: layer {number} {MessageText.Quote(layer.Name)} ({layer.Type})";

    /// <summary>What a whole number must be.</summary>
    public static string WholeNumber(string where, string property, string given) =>
        $"{where}: {property} must be a whole number from 1 to {ModelLimits.MaxDimension:N0}; it is {given}";

    public static bool IsName(string name) =>
        name.Length is > 0 and <= ModelLimits.MaxNameLength && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    public static void CheckModel(ModelSpec model, string source, IReadOnlyList<int> numbers)
    {
        CheckName(model.Name, source);
        CheckInput(model.Input, source);
        if (model.Layers.Count == 0) throw new InvalidInputException($"{source}: the model has no layers; the last must be a softmax over at least 2 classes");
        if (model.Layers.Count > ModelLimits.MaxLayers)
            throw new InvalidInputException($"{source}: the model has {model.Layers.Count:N0} layers; at most {ModelLimits.MaxLayers:N0} are possible");
        Dictionary<string, int> indices = new(StringComparer.Ordinal);
        for (int i = 0; i < model.Layers.Count; i++)
        {
            LayerSpec layer = model.Layers[i];
            CheckName(layer.Name, Where(source, numbers[i], layer));
            if (!indices.TryAdd(layer.Name, i))
                throw new InvalidInputException(
                    $"{Where(source, numbers[i], layer)}: layer {numbers[indices[layer.Name]]} has the same name; names must be unique");
        }
    }

    public static void CheckLayer(LayerSpec layer, string where)
    {
        switch (layer)
        {
            case Conv2DSpec conv:
                CheckRange(where, "filters", conv.Filters);
                CheckPair(where, "kernel", conv.KernelH, conv.KernelW);
                CheckPair(where, "strides", conv.StrideH, conv.StrideW);
                CheckDefined(where, "padding", conv.Padding);
                CheckLearned(where, conv.Activation, conv.KernelInitializer, conv.BiasInitializer);
                break;
            case DenseSpec dense:
                CheckRange(where, "units", dense.Units);
                CheckLearned(where, dense.Activation, dense.KernelInitializer, dense.BiasInitializer);
                break;
            case Pool2DSpec pool:
                CheckPair(where, "pool", pool.PoolH, pool.PoolW);
                CheckPair(where, "strides", pool.StrideH, pool.StrideW);
                CheckDefined(where, "padding", pool.Padding);
                break;
            case DropoutSpec dropout when !(dropout.Rate >= 0 && dropout.Rate < 1):
                throw new InvalidInputException($"{where}: rate must be at least 0 and less than 1; it is {dropout.Rate}");
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
        CheckRange(source, "input height", input.Height);
        CheckRange(source, "input width", input.Width);
        CheckRange(source, "input channels", input.Channels);
        long values = (long)input.Height * input.Width * input.Channels;
        if (values > ModelLimits.MaxActivation)
            throw new InvalidInputException(
                $"{source}: the input {input} has {values:N0} values a sample; at most {ModelLimits.MaxActivation:N0} are possible");
    }

    private static void CheckRange(string where, string property, int value)
    {
        if (value is < 1 or > ModelLimits.MaxDimension) throw new InvalidInputException(WholeNumber(where, property, $"{value}"));
    }

    private static void CheckPair(string where, string property, int height, int width)
    {
        CheckRange(where, property, height);
        CheckRange(where, property, width);
    }

    private static void CheckDefined<T>(string where, string property, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new InvalidInputException($"{where}: {property} {value} is unknown; known: {string.Join(", ", Enum.GetNames<T>())}");
    }

    private static void CheckLearned(string where, Activation activation, InitializerSpec kernel, InitializerSpec bias)
    {
        CheckDefined(where, "activation", activation);
        InitializerRules.Check(kernel, where, "kernelInitializer");
        InitializerRules.Check(bias, where, "biasInitializer");
    }
}
