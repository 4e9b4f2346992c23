using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;

namespace DistConv.Filters.Imports;

/// <summary>A tensor that a model needs, as Keras calls it and shapes it.</summary>
/// <param name="Path">The layer's name in Keras, behind those of the models around it.</param>
/// <param name="ClassName">The layer's class in Keras.</param>
/// <param name="Place">Which of the layer's tensors it is.</param>
/// <param name="Role">"kernel", "bias" ….</param>
/// <param name="Shape">Its shape in Keras.</param>
/// <param name="IsFrozen">Whether Keras does not train the layer.</param>
internal sealed record KerasWeight(
    IReadOnlyList<string> Path, string ClassName, int Place, string Role, IReadOnlyList<int> Shape, bool IsFrozen)
{
    /// <summary>"features/conv/kernel".</summary>
    public string Name => $"{string.Join('/', Path)}/{Role}";

    /// <summary>Where each of our values stands in Keras's tensor; null: in the same place.</summary>
    public int[]? Places { get; init; }

    /// <summary>All tensors of a model in the order of a snapshot: layer by layer those that are learnt, then the state.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="origin">What its layers were in Keras.</param>
    public static IReadOnlyList<KerasWeight> Of(ModelPlan plan, KerasOrigin origin)
    {
        Dictionary<string, KerasLayer> layers = origin.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        return [.. plan.Layers.SelectMany(layer => layer.Tensors.Select((tensor, place) => (Tensor: tensor, Place: place, Layer: layer)))
            .OrderBy(one => one.Tensor.IsState)
            .Select(one => Of(one.Tensor, one.Place, layers[one.Layer.Layer.Name], origin))];
    }

    private static KerasWeight Of(TensorPlan tensor, int place, KerasLayer layer, KerasOrigin origin)
    {
        bool isFirst = origin.Order == ChannelOrder.First;
        IReadOnlyList<int> shape = tensor.Shape;
        int[]? places = null;
        if (shape is [int rows, int columns, int inputs, int outputs] && isFirst && origin.Generation == 1 && tensor.Role == TensorPlan.Kernel)
        {
            // [rows, columns, in, out] from [out, in, rows, columns].
            shape = [outputs, inputs, rows, columns];
            places = [.. from r in Enumerable.Range(0, rows) from c in Enumerable.Range(0, columns) from i in Enumerable.Range(0, inputs)
                from o in Enumerable.Range(0, outputs) select (((((o * inputs) + i) * rows) + r) * columns) + c];
        }
        else if (shape is [int height, int width, int channels] && isFirst)
        {
            // An image, such as the slopes of PReLU: [height, width, channels] from [channels, height, width].
            shape = [channels, height, width];
            places = [.. from h in Enumerable.Range(0, height) from w in Enumerable.Range(0, width) from c in Enumerable.Range(0, channels)
                select (((c * height) + h) * width) + w];
        }
        else if (layer.KerasPlaces() is { Length: > 0 } flat && shape[0] == flat.Length && (tensor.Role == TensorPlan.Kernel || layer.ClassName != "Dense"))
        {
            int columnsOfRow = shape.Skip(1).Aggregate(1, (product, size) => product * size);
            places = [.. flat.SelectMany(row => Enumerable.Range(row * columnsOfRow, columnsOfRow))];
        }

        return new KerasWeight(layer.Path, layer.ClassName, place, tensor.Role, shape, layer.IsFrozen) { Places = places };
    }
}
