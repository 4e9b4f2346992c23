using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>
/// The order of flat values in a model that had its channels first. Keras's Flatten then writes an image as c, h, w unless it says otherwise, and ours as
/// h, w, c: the same values, so that only weights of single values have another order, until a dense layer mixes them all.
/// </summary>
internal sealed class FlattenOrder
{
    private readonly Dictionary<string, TensorShape[]> _pieces = new(StringComparer.Ordinal);

    /// <summary>The pieces of a value that Keras has in another order; none: it is in ours.</summary>
    public IReadOnlyList<TensorShape> Of(string name) => _pieces.GetValueOrDefault(name, []);

    /// <summary>Notes that a layer flattens an image in Keras's order.</summary>
    public void Flatten(string name, TensorShape image)
    {
        if (!image.IsFlat && image.Channels > 1 && image.Height * image.Width > 1) _pieces[name] = [image];
    }

    /// <summary>Follows the order through a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The names of what it reads.</param>
    /// <param name="sketch">Shapes, with the layer's own.</param>
    /// <param name="where">The beginning of the message.</param>
    /// <returns>The pieces of its input that Keras has in another order.</returns>
    /// <exception cref="InvalidInputException">The layer would mix values of different orders, or make an image of them.</exception>
    public IReadOnlyList<TensorShape> Follow(LayerSpec layer, IReadOnlyList<string> inputs, ShapeSketch sketch, string where)
    {
        if (!inputs.Any(_pieces.ContainsKey)) return [];
        if (layer is DenseSpec) return Of(inputs[0]);
        TensorShape[] shapes = [.. inputs.Select(sketch.Of).OfType<TensorShape>()];
        TensorShape? output = sketch.Of(layer.Name);
        if (shapes.Length < inputs.Count || output is not { } given) return []; // Something does not fit; the inference names it.
        TensorShape[][] pieces = [.. inputs.Zip(shapes, (name, shape) => _pieces.GetValueOrDefault(name) ?? [shape])];
        bool joins = given.IsFlat && inputs.Count > 1 && shapes.Sum(shape => (long)shape.Size) == given.Size;
        bool isElementwise = given.IsFlat && shapes.All(shape => shape == given);
        if (isElementwise && pieces.All(one => one.SequenceEqual(pieces[0]))) _pieces[layer.Name] = pieces[0];
        else if (joins) _pieces[layer.Name] = [.. pieces.SelectMany(one => one)];
        else throw new InvalidInputException(
            $"{where}: reads what a Flatten with channels first gives, in the order channels, rows, columns; only a dense layer or one that keeps the order of "
            + "values can read it here");
        return _pieces[layer.Name];
    }
}
